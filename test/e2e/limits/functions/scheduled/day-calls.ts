import { callsInSteps } from '../../calls-in-steps.ts';

export default callsInSteps('Nobody calls by day.');
