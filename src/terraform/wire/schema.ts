/** A type of Terraform's language, in the form in which it travels as JSON. */
export type Type =
  | "string"
  | "number"
  | "bool"
  | readonly ["list" | "set" | "map", Type]
  | readonly ["object", { readonly [name: string]: Type }];

/**
 * Who says what an attribute is. `optional+computed`: the configuration may, else the provider does.
 */
export type Mode = "required" | "optional" | "computed" | "optional+computed";

interface AttributeBase {
  readonly mode: Mode;
  /** For people, in Markdown. */
  readonly description: string;
  readonly sensitive?: true;
  readonly writeOnly?: true;
}

/** One attribute: a plain value, or an object (or several) whose attributes have descriptions of their own. */
export type Attribute = AttributeBase &
  ({ readonly type: Type; readonly nested?: undefined } | { readonly nested: Nested; readonly type?: undefined });

export interface Nested {
  readonly nesting: "single" | "list" | "set" | "map";
  readonly attributes: Schema["attributes"];
}

/** The shape of a provider's configuration, a resource, a data source or an ephemeral resource. No nested blocks. */
export interface Schema {
  /** Of the state; grows when a stored state has to be changed to be read. */
  readonly version: number;
  readonly description: string;
  readonly attributes: { readonly [name: string]: Attribute };
}

export interface FunctionSchema {
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly { readonly name: string; readonly type: Type; readonly description: string }[];
  readonly returns: Type;
}
