/** Why a connection that replaces nobody may be disabled. The store itself checks `unused`. */
export type Grounds =
  /** Allowed only while the consumer has been quiet for so long; the store judges. */
  | { readonly kind: "unused"; readonly quietMs: number }
  /** The document accepts that a vendor in use is cut off. */
  | { readonly kind: "accepted-cut-off" };
