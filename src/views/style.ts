import { styleText } from "node:util";
import { plain } from "./layout.ts";

/** Colours and weight, in one object so that they can be off. Meaning never hangs on them alone. */
export interface Style {
  readonly isColored: boolean;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

type Name = Exclude<keyof Style, "isColored">;

/** The style of pipes, files and `NO_COLOR`: text stays as it is. */
export const PLAIN: Style = styled(false, (_, text) => text);

/** Whether colours are wanted is the door's decision (`NO_COLOR`, a terminal or not), so the stream is not asked again. */
export function createStyle(isColored: boolean): Style {
  return isColored ? styled(true, (name, text) => styleText(name, text, { validateStream: false })) : PLAIN;
}

/** What is styled may come from outside, so it can bring no control characters of its own. */
function styled(isColored: boolean, paint: (name: Name, text: string) => string): Style {
  const brush =
    (name: Name) =>
    (text: string): string =>
      text === "" ? "" : paint(name, plain(text));
  return {
    isColored,
    bold: brush("bold"),
    dim: brush("dim"),
    red: brush("red"),
    green: brush("green"),
    yellow: brush("yellow"),
    cyan: brush("cyan"),
  };
}
