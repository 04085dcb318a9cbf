// Opens pages of `--format html` in a real Chromium, without a network, and tries what a reader
// does: filters, copying, unfolding, the theme, the keyboard; looks for what must not be: a console
// error, a request, a script that runs from a name, text without contrast, a page wider than the
// phone. Usage: node check.js PAGES-FOLDER SCREENSHOT-FOLDER
'use strict';
const fs = require('fs');
const path = require('path');
const { pathToFileURL } = require('url');
const { chromium } = require('playwright-core');

const [pages, shots] = process.argv.slice(2).map((folder) => path.resolve(folder));
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const looks = [
  { name: 'light', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { name: 'phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark', reducedMotion: 'reduce' },
];

let passed = 0;
let failed = 0;
function check(good, what) {
  if (good) { passed += 1; return; }
  failed += 1;
  console.error(`FAILED: ${what}`);
}

async function open(browser, look, url, name) {
  const context = await browser.newContext({ ...look, permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  page.on('console', (message) => check(!['error', 'warning'].includes(message.type()), `${name}: console: ${message.text()}`));
  page.on('pageerror', (error) => check(false, `${name}: ${error.message}`));
  page.on('dialog', (dialog) => { check(false, `${name}: a dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => check(request.url() === url, `${name}: a request to ${request.url()}`));
  await page.goto(url);
  return { context, page };
}

// All outcomes that axe-core finds fault with, contrast among them.
async function accessible(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  for (const one of found.violations) {
    for (const node of one.nodes.slice(0, 3)) console.error(`  ${one.id}: ${node.target.join(' ')}: ${node.failureSummary.split('\n').join(' ')}`);
  }
  check(found.violations.length === 0, `${name}: axe-core: ${found.violations.map((one) => one.id).join(', ')}`);
  check(found.passes.length > 10, `${name}: axe-core looked at next to nothing`);
}

async function filters(page, name) {
  const form = page.locator('form.filter').first();
  if (!(await form.count())) return;
  const rows = page.locator(`#${await form.getAttribute('data-rows')} > tbody > tr`);
  const all = await rows.count();
  const shown = () => rows.evaluateAll((list) => list.filter((row) => row.offsetParent !== null).length);
  const says = () => form.locator('output').textContent();
  check(await shown() === all, `${name}: all rules are shown at first`);
  check((await says()) === `${all} of ${all} rules shown`, `${name}: the count: ${await says()}`);

  await form.locator('input[value="pass"]').uncheck();
  const left = await rows.evaluateAll((list) => list.filter((row) => row.dataset.outcome !== 'pass').length);
  check(await shown() === left && left < all, `${name}: without what passed`);
  check((await says()).startsWith(`${left} of `), `${name}: the count follows`);
  await form.locator('button[type="reset"]').click();
  await page.waitForTimeout(50);
  check(await shown() === all, `${name}: all again`);

  await form.locator('select[name="layer"]').selectOption('VHD');
  const layer = await rows.evaluateAll((list) => list.filter((row) => row.offsetParent !== null && !row.id.includes('-VHD')).length);
  check(layer === 0 && await shown() > 0, `${name}: one layer only`);
  await form.locator('select[name="layer"]').selectOption('');

  await form.locator('select[name="level"]').selectOption('warning');
  const level = await rows.evaluateAll((list) => list.filter((row) => row.offsetParent !== null && !row.dataset.levels.includes('warning')).length);
  check(level === 0, `${name}: one level only`);
  await form.locator('select[name="level"]').selectOption('');

  await form.locator('input[type="search"]').fill('footer cookie');
  check(await shown() === 1, `${name}: text finds one rule, not ${await shown()}`);
  await form.locator('input[type="search"]').fill('nothing is called so');
  check(await shown() === 0 && (await says()).startsWith('0 of '), `${name}: text finds nothing`);

  // A link to a row that is filtered out brings it back.
  const link = page.locator('ol.work a[href^="#i1-"]').first();
  if (await link.count()) {
    await link.click();
    await page.waitForTimeout(100);
    const target = (await link.getAttribute('href')).slice(1);
    check(await page.locator(`[id="${target}"]`).isVisible(), `${name}: a link leads to its rule`);
  }
  await form.locator('button[type="reset"]').click();
}

async function copying(page, name) {
  const buttons = page.locator('ol.work button.copy');
  const count = await buttons.count();
  for (let at = 0; at < Math.min(count, 5); at += 1) {
    const button = buttons.nth(at);
    const text = await button.evaluate((node) => node.parentNode.querySelector('.say').textContent);
    await button.click();
    await page.waitForTimeout(20);
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    check(copied === text && copied.length > 3, `${name}: copied ${JSON.stringify(copied)}, not ${JSON.stringify(text)}`);
    check((await button.textContent()).startsWith('Copied'), `${name}: the button says so`);
  }
  // The old way, for browsers that give a file no clipboard.
  if (count) {
    const copied = await page.evaluate(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true });
      document.querySelector('ol.work button.copy').click();
      return new Promise((done) => setTimeout(() => done(window.getSelection().toString()), 100));
    });
    check(copied.length > 3, `${name}: what is copied by hand is selected`);
  }
  return count;
}

async function theme(page, name) {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await background();
  await page.locator('#theme').click();
  check(await background() !== before, `${name}: the theme changes`);
  await page.locator('#theme').click();
  check(await background() === before, `${name}: and changes back`);
}

// Every control that is shown is reached by the tabulator, in the order of the page, and shows it.
async function keyboard(page, name) {
  const wanted = await page.evaluate(() => {
    const all = Array.from(document.querySelectorAll('a[href], button, summary, input, select, [tabindex="0"]'));
    const shown = all.filter((one) => one.checkVisibility({ visibilityProperty: true }));
    shown.forEach((one, at) => { one.dataset.at = String(at); });
    return shown.length;
  });
  const reached = [];
  let outlined = true;
  for (let step = 0; step < wanted + 5; step += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body) return null;
      return [one.dataset.at, getComputedStyle(one).outlineStyle !== 'none'];
    });
    if (at === null || (reached.length && at[0] === reached[0])) break;
    if (at[0] !== undefined) reached.push(at[0]);
    outlined = outlined && at[1];
  }
  const missed = [];
  for (let at = 0; at < wanted; at += 1) if (!reached.includes(String(at))) missed.push(at);
  const what = await page.evaluate((list) => list.map((at) => document.querySelector(`[data-at="${at}"]`).outerHTML.slice(0, 90)), missed.slice(0, 3));
  check(missed.length === 0, `${name}: the keyboard misses ${missed.length} of ${wanted}: ${what.join(' | ')}`);
  check(outlined, `${name}: the focus is always seen`);
  const order = reached.map(Number);
  check(order.every((at, i) => i === 0 || at > order[i - 1]), `${name}: the order of the keyboard is that of the page`);
}

async function main() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: flags });
  const names = fs.readdirSync(pages).filter((file) => file.endsWith('.html')).map((file) => file.replace(/\.html$/, ''));
  check(names.length > 0, 'there are pages');
  let copies = 0;
  for (const page_name of names) {
    const url = pathToFileURL(path.join(pages, `${page_name}.html`)).href;
    for (const look of looks) {
      const name = `${page_name}, ${look.name}`;
      const { context, page } = await open(browser, look, url, name);
      if (shots) await page.screenshot({ path: path.join(shots, `${page_name}-${look.name}.png`), fullPage: true });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      check(wide <= 0, `${name}: ${wide} pixels wider than the window`);
      // First: where the tabulator begins moves with every click.
      if (look.name === 'light') await keyboard(page, name);
      await filters(page, name);
      if (look.name === 'light') {
        await theme(page, name);
        copies += await copying(page, name);
      }
      await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
      const unfolded = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      check(unfolded <= 0, `${name}: ${unfolded} pixels wider than the window with all unfolded`);
      await accessible(page, name);
      // A guest's name is text: no script ran, no element came of it.
      const ran = await page.evaluate(() => [window.pwned, document.querySelectorAll('main img, main script, main style, main b.pwned').length, document.scripts.length]);
      check(ran[0] === undefined && ran[1] === 0 && ran[2] === 1, `${name}: something of a name came to life`);
      if (page_name.startsWith('hostile')) {
        const text = await page.evaluate(() => document.querySelector('main').textContent);
        check(text.includes('<script>window.pwned=1</script>'), `${name}: the hostile name shows as text`);
        check(text.includes('<img src=x onerror=window.pwned=1>'), `${name}: the hostile name shows as text`);
      }
      if (page_name.endsWith('configured')) {
        const first = page.locator('main h2').first();
        check((await first.textContent()).startsWith('The configuration fails the run') && (await page.title()).startsWith('FAIL'), `${name}: what fails the run is said first`);
        const text = await page.evaluate(() => document.querySelector('main').textContent);
        check(text.includes('</script><script>window.pwned=1</script>'), `${name}: the reason shows as text`);
      }
      await context.close();
    }
    // Without scripts everything is there to be read, and no control that would do nothing.
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const page = await plain.newPage();
    await page.goto(url);
    check(await page.locator('button:visible, form:visible').count() === 0, `${page_name}: a dead control without scripts`);
    await plain.close();
    // On paper: black on white, whatever the screen had, nothing folded.
    const { context, page: sheet } = await open(browser, looks[1], url, `${page_name}, print`);
    await sheet.emulateMedia({ media: 'print' });
    const paper = await sheet.evaluate(() => [getComputedStyle(document.body).backgroundColor, document.querySelector('#theme').offsetParent]);
    check(paper[0] === 'rgb(255, 255, 255)' && paper[1] === null, `${page_name}: on paper it is ${paper[0]}`);
    const folded = await sheet.evaluate(() => {
      window.dispatchEvent(new Event('beforeprint'));
      const open = (selector) => Array.from(document.querySelectorAll(selector)).filter((one) => one.open).length;
      const all = document.querySelectorAll('details').length;
      const shut = document.querySelectorAll('details.facts').length;
      const found = [all - open('details'), shut - open('details.facts'), shut];
      window.dispatchEvent(new Event('afterprint'));
      return [...found, open('details')];
    });
    check(folded[0] === folded[2] && folded[1] === folded[2] && folded[3] === 0, `${page_name}: on paper all but the facts is unfolded, and folded again: ${folded}`);
    const pdf = await sheet.pdf({ format: 'A4' });
    check(pdf.length > 10000, `${page_name}: it prints`);
    if (shots) fs.writeFileSync(path.join(shots, `${page_name}.pdf`), pdf);
    await context.close();
  }
  check(copies > 0, 'there are copy buttons');
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  if (process.env.COUNT) fs.writeFileSync(process.env.COUNT, `${passed} ${failed}\n`);
  process.exit(failed ? 1 : 0);
}

main().catch((error) => { console.error(error); process.exit(1); });
