import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Takes indentation out of templates and all needless space out of style sheets: every page loads this script. */
const compact: Plugin = {
  name: "compact",
  apply: "build",
  enforce: "pre",
  transform(code, id) {
    if (id.includes("/src/components/styles/")) {
      const small = code.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\s+/g, " ").replace(/\s*([{};,])\s*/g, "$1").replace(/;\}/g, "}");
      return { code: small, map: null };
    }
    if (id.includes("/src/components/")) return { code: code.replace(/\n\s+/g, "\n"), map: null };
    return null;
  },
};

export default defineConfig({
  plugins: [compact],
  build: {
    lib: { entry: "src/main.ts", formats: ["iife"], name: "YingdaWidget", fileName: () => "yingda.js" },
    target: "es2022",
    sourcemap: false,
  },
  test: { environment: "node", include: ["tests/**/*.test.ts"] },
});
