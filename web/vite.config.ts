import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

// Where `npm run dev` finds the program.
const program = process.env.MYCOACH_ADDRESS ?? "http://127.0.0.1:7071";

// Most visits begin with the overview: the browser loads its code at once, not after the code that asks for it.
const overviewAtOnce: Plugin = {
  name: "overview-at-once",
  transformIndexHtml: {
    order: "post",
    handler(html, { bundle = {} }) {
      const files = new Set<string>();
      const add = (file: string) => {
        const chunk = bundle[file];
        if (chunk?.type !== "chunk" || files.has(file)) return;
        files.add(file);
        chunk.imports.forEach(add);
      };
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === "chunk" && chunk.facadeModuleId?.endsWith("/views/overview/Overview.tsx"))
          add(chunk.fileName);
      }
      return [...files]
        .filter((file) => !html.includes(`/${file}`))
        .map((file) => ({
          tag: "link",
          attrs: { rel: "modulepreload", crossorigin: true, href: `/${file}` },
          injectTo: "head",
        }));
    },
  },
};

export default defineConfig({
  plugins: [react(), overviewAtOnce],
  build: {
    // The Content Security Policy allows scripts, styles and images as files only.
    assetsInlineLimit: 0,
    // All styles are 4 kB compressed: a file for each view would cost a request more than it saves.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: {
      output: {
        // What views share is in one file, not in twenty of which most are smaller than their requests.
        codeSplitting: { groups: [{ name: "shared", test: /\/src\/(api|format|ui)\// }] },
      },
    },
  },
  server: { host: "127.0.0.1", proxy: { "/api": program, "/config.json": program } },
});
