// Rates the page at an address with Lighthouse, and writes the scores and the names of failed audits as JSON.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const chrome = await launch({
    chromePath: process.env.CHROMIUM,
    chromeFlags: ["--headless=new", "--no-sandbox"],
    logLevel: "silent",
});
try {
    const result = await lighthouse(process.env.ADDRESS, {
        port: chrome.port,
        logLevel: "silent",
        onlyCategories: process.env.CATEGORIES.split(","),
        formFactor: "desktop",
        screenEmulation: { mobile: false, width: 1280, height: 900, deviceScaleFactor: 1, disabled: false },
        throttlingMethod: "provided",
    });
    const { categories, audits } = result.lhr;
    const scores = Object.fromEntries(Object.values(categories).map(({ id, score }) => [id, Math.round(score * 100)]));
    const failed = Object.values(audits)
        .filter(({ score }) => score !== null && score < 1)
        .map(({ id }) => id);
    const contentMs = audits["first-contentful-paint"]?.numericValue ?? null;
    console.log(JSON.stringify({ scores, failed, contentMs }));
} finally {
    chrome.kill();
}
