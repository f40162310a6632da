export interface AlarmTextProps {
  /** What it means for the business. */
  readonly impact: string;
  readonly happened: string;
  /** Such as `job storage-report`. */
  readonly of: string;
  readonly stageName: string;
  readonly toDo: string;
}

/** For the person who is woken by it. */
export function alarmText({ impact, happened, of, stageName, toDo }: AlarmTextProps): string {
  return `${impact} ${happened} (${of}, stage ${stageName}). What to do: ${toDo}`;
}
