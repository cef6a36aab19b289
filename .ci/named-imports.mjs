/**
 * For esbuild: `import("undici")` of a CommonJS package has only a default export once bundled, though Node itself finds the
 * names. This gives each package that is imported dynamically the names that Node sees, except those that stay outside.
 */
export function namedImports(root, outside) {
  return {
    name: "named-imports",
    setup(bundler) {
      bundler.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        const isOurs = kind === "dynamic-import" && !path.startsWith("node:") && !outside.includes(path);
        return isOurs ? { path, namespace: "named" } : undefined;
      });
      bundler.onLoad({ filter: /.*/, namespace: "named" }, async ({ path }) => {
        const names = Object.keys(await import(path)).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
        const lines = [`import * as all from ${JSON.stringify(path)};`];
        for (const name of names) lines.push(`const _${name} = all[${JSON.stringify(name)}];`);
        lines.push(`export { ${names.map((name) => `_${name} as ${name}`).join(", ")} };`);
        return { contents: lines.join("\n"), resolveDir: root };
      });
    },
  };
}
