/** What a request takes in the benches' world, in ms. */
export const tokenRequestMs = 200;
export const storeMs = 5;

export function takes<T>(ms: number, answer: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    setTimeout(() => {
      try {
        resolve(answer());
      } catch (error) {
        reject(error);
      }
    }, ms);
  });
}
