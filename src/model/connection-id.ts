/** The store's own identifier of one physical connection; opaque. */
export type ConnectionId = string & { readonly __connection: true };
