/**
 * A value is not of its type. From Terraform that would be a mistake of Terraform's, towards it one of ours. Says where,
 * never what.
 */
export class MalformedValue extends Error {
  override readonly name = "MalformedValue";
}
