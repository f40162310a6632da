// Loaded into containers when the caller of the sandbox owns the clock: `Date` follows it, timers stay real.
'use strict';
const RealDate = Date;
// The offset at the start comes as an argument, so that the function's environment stays what the template says.
let offset = Number(process.argv[2]);

globalThis[Symbol.for('sandbox.clock')] = (milliseconds) => {
  offset = milliseconds;
};

globalThis.Date = class extends RealDate {
  constructor(...values) {
    if (values.length === 0) super(RealDate.now() + offset);
    else super(...values);
  }

  static now() {
    return RealDate.now() + offset;
  }
};
