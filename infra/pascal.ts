/** `storage-report` → `StorageReport`: names of outputs hold letters and digits only. */
export function pascal(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
