import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Where `npm run dev` finds the program.
const program = process.env.MYCOACH_ADDRESS ?? "http://127.0.0.1:7071";

export default defineConfig({
  plugins: [react()],
  build: {
    // The Content Security Policy allows scripts, styles and images as files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: { host: "127.0.0.1", proxy: { "/api": program, "/config.json": program } },
});
