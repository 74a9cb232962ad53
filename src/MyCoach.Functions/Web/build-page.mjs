// Builds the page in the folder that the argument names, and compresses its files. Page.targets runs this when sources have changed.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import zlib from "node:zlib";

const folder = path.resolve(process.argv[2]);
const dist = path.join(folder, "dist");
const built = path.join(dist, ".built");
const lock = path.join(folder, ".building");
const compressible = /\.(?:html|js|css|svg|json|txt|webmanifest)$/;

await lockFolder();
try {
    if (changedAt(built) < newest(folder) || changedAt(built) < changedAt(import.meta.filename)) {
        if (changedAt(path.join(folder, "node_modules/.package-lock.json")) < changedAt(path.join(folder, "package-lock.json"))) {
            npm("ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error");
        }
        npm("run", "build");
        files(dist).filter(file => compressible.test(file)).forEach(compress);
        fs.writeFileSync(built, "");
    }
} finally {
    fs.rmSync(lock, { force: true });
}

// Several builds of the program may run at once, and npm must not run twice in one folder.
async function lockFolder() {
    for (; ; await pause(200)) {
        try {
            fs.writeFileSync(lock, `${process.pid}`, { flag: "wx" });
            return;
        } catch (error) {
            if (error.code !== "EEXIST") {
                throw error;
            }
        }
        if (!isRunning(readOwner())) {
            fs.rmSync(lock, { force: true });
        }
    }
}

function readOwner() {
    try {
        return Number(fs.readFileSync(lock, "utf8"));
    } catch {
        return 0;
    }
}

// Zero: the owner has not written its id yet, or has just removed the lock.
function isRunning(id) {
    try {
        return id === 0 || process.kill(id, 0);
    } catch (error) {
        return error.code === "EPERM";
    }
}

function npm(...args) {
    // On Windows npm is a script, which needs a shell.
    const run = spawnSync("npm", args, { cwd: folder, encoding: "utf8", shell: process.platform === "win32" });
    if (run.status !== 0) {
        console.error(`npm ${args.join(" ")} failed in ${folder}.\n${run.error ?? ""}${run.stdout}${run.stderr}`);
        fs.rmSync(lock, { force: true });
        process.exit(1);
    }
}

function compress(file) {
    const content = fs.readFileSync(file);
    const brotli = zlib.brotliCompressSync(content, { params: { [zlib.constants.BROTLI_PARAM_SIZE_HINT]: content.length } });
    const gzip = zlib.gzipSync(content, { level: 9 });
    if (brotli.length < content.length) {
        fs.writeFileSync(`${file}.br`, brotli);
    }
    if (gzip.length < content.length) {
        fs.writeFileSync(`${file}.gz`, gzip);
    }
}

function newest(root) {
    return Math.max(...files(root).map(changedAt));
}

function files(root) {
    return fs
        .readdirSync(root, { withFileTypes: true })
        .filter(entry => !["node_modules", "dist", ".building"].includes(entry.name))
        .flatMap(entry => (entry.isDirectory() ? files(path.join(root, entry.name)) : [path.join(root, entry.name)]));
}

function changedAt(file) {
    return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
