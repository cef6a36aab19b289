import { data, Evaluator, Lexer, Parser } from "@actions/expressions";

/** What an expression may speak of: `github`, `env`, `steps` and so on. */
export type Contexts = Readonly<Record<string, unknown>>;

const STATUS = ["success", "failure", "always", "cancelled"] as const;

/** Evaluates one expression of GitHub Actions, with GitHub's own evaluator. */
function evaluate(expression: string, contexts: Contexts, isFailing = false): data.ExpressionData {
  const functions = STATUS.map((name) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () =>
      new data.BooleanData(
        name === "always" || (name === "success" && !isFailing) || (name === "failure" && isFailing),
      ),
  }));
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const known = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(parsed, known, new Map(functions.map((one) => [one.name, one]))).evaluate();
}

/** Whether a step or a job runs; what asks for no status runs only where nothing failed before it. */
export function isWanted(condition: string | undefined, contexts: Contexts, isFailing: boolean): boolean {
  const said = (condition ?? "success()").replace(/^\$\{\{(.*)\}\}$/s, "$1");
  const asks = STATUS.some((name) => said.includes(`${name}()`));
  const value = evaluate(asks ? said : `success() && (${said})`, contexts, isFailing).coerceString();
  return !["false", "", "0"].includes(value);
}

/** A text of a workflow with its expressions filled in. */
export function filledIn(text: unknown, contexts: Contexts): string {
  return String(text).replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    evaluate(expression.trim(), contexts).coerceString(),
  );
}

/** The same for every value of a mapping. */
export function allFilledIn(map: unknown, contexts: Contexts): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).map(([name, value]) => [name, filledIn(value, contexts)]));
}
