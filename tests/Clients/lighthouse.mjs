// Rates the page at an address with Lighthouse, and writes what it found as JSON.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const { ADDRESS, CATEGORIES, CHROMIUM, DEVICE } = process.env;

// Lighthouse's default is a slow phone.
const desktop = {
    formFactor: "desktop",
    screenEmulation: { mobile: false, width: 1280, height: 900, deviceScaleFactor: 1, disabled: false },
    throttlingMethod: "provided",
};

const chrome = await launch({
    chromePath: CHROMIUM,
    chromeFlags: ["--headless=new", "--no-sandbox"],
    logLevel: "silent",
});
try {
    const { lhr } = await lighthouse(ADDRESS, {
        port: chrome.port,
        logLevel: "silent",
        onlyCategories: CATEGORIES.split(","),
        ...(DEVICE === "desktop" ? desktop : {}),
    });
    const { categories, audits } = lhr;
    const requests = audits["network-requests"]?.details.items ?? [];
    const scripts = requests.filter(({ resourceType }) => resourceType === "Script");
    const result = {
        scores: Object.fromEntries(Object.values(categories).map(({ id, score }) => [id, Math.round(score * 100)])),
        failed: Object.values(audits)
            .filter(({ score }) => score !== null && score < 1)
            .map(({ id }) => id),
        firstContentMs: audits["first-contentful-paint"]?.numericValue ?? 0,
        largestContentMs: audits["largest-contentful-paint"]?.numericValue ?? 0,
        scriptBytes: scripts.reduce((sum, { transferSize }) => sum + transferSize, 0),
        apiRequests: requests.filter(({ url }) => new URL(url).pathname.startsWith("/api/")).length,
    };
    console.log(JSON.stringify(result));
} finally {
    chrome.kill();
}
