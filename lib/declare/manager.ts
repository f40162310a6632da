import type { BoxClient } from 'box-node-sdk/client';

/** Managers of the official SDK by the name they have on `BoxClient`: `users`, `folders`, `files`, … */
export type ManagerName = {
  [K in keyof BoxClient]: BoxClient[K] extends (...args: never[]) => unknown ? never : K;
}[Exclude<keyof BoxClient, 'auth' | 'networkSession'>];

/** The managers that a job declared, typed as on `BoxClient`. */
export type Managers<M extends ManagerName> = Pick<BoxClient, M>;
