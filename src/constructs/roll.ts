import { TerraformElement, TerraformStack } from "cdktn";
import type { Construct } from "constructs";
import { checkTogether, type DraftDistrict } from "../config/check-values.ts";
import { describePath } from "./complaint.ts";

/** The name under which a stack keeps the roll of its districts. */
const ID = "rosterform-districts";

/** A district of a stack, and what is wrong with it. */
interface Entry {
  readonly construct: Construct;
  readonly draft: DraftDistrict | undefined;
  readonly complaints: readonly string[];
}

/**
 * All districts of one stack. When the stack is synthesised and something is wrong with one of them, everything that is
 * wrong with any district of the app is said at once, and no configuration is written: half a district in the configuration
 * would have Terraform forget the other half.
 */
export class Roll extends TerraformElement {
  readonly #entries: Entry[] = [];

  /** The roll of the stack that a construct stands in. */
  static of(scope: Construct): Roll {
    const stack = TerraformStack.of(scope);
    const found = stack.node.tryFindChild(ID);
    return found instanceof Roll ? found : new Roll(stack, ID);
  }

  enter(entry: Entry): void {
    this.#entries.push(entry);
  }

  override toTerraform(): object {
    this.#refuse();
    return {};
  }

  override toHclTerraform(): object {
    this.#refuse();
    return {};
  }

  /** Every stack is asked before the first one is written, so that each looks at itself only, until one has something to say. */
  #refuse(): void {
    if (this.#complaints().length === 0) return;
    const rolls = this.node.root.node.findAll().filter((one) => one instanceof Roll);
    const lines = rolls.flatMap((roll) => roll.#complaints());
    const count = lines.filter((line) => line.startsWith("  ")).length;
    const things = count === 1 ? "One thing is" : `${count} things are`;
    throw new Error(`${things} wrong with the districts:\n${lines.join("\n")}`);
  }

  #complaints(): readonly string[] {
    const drafts = this.#entries.flatMap(({ draft }) => draft ?? []);
    const together = checkTogether(drafts).map(({ place, detail }) => ({
      file: place?.file,
      text: `${describePath(place?.path ?? [])}: ${detail}`,
    }));
    return this.#entries.flatMap(({ construct, complaints }) => {
      const { path } = construct.node;
      const shared = together.filter(({ file }) => file === path).map(({ text }) => text);
      const texts = [...complaints, ...shared];
      return texts.length === 0 ? [] : [path, ...texts.map((text) => `  ${text}`)];
    });
  }
}
