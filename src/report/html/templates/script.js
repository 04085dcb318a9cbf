// What a reader without scripts does not miss: theme, copying, filtering. No storage, no network,
// and no text of the report ever becomes markup.
(function () {
  'use strict';
  var root = document.documentElement;
  var said = document.getElementById('said');
  function all(selector, from) {
    return Array.prototype.slice.call((from || document).querySelectorAll(selector));
  }
  function say(text) {
    said.textContent = '';
    window.setTimeout(function () { said.textContent = text; }, 50);
  }
  all('[data-script]').forEach(function (element) { element.hidden = false; });

  var system = window.matchMedia('(prefers-color-scheme: dark)');
  var toggle = document.getElementById('theme');
  function dark() {
    return root.dataset.theme ? root.dataset.theme === 'dark' : system.matches;
  }
  function name() {
    toggle.textContent = dark() ? 'Use light colours' : 'Use dark colours';
  }
  toggle.addEventListener('click', function () {
    root.dataset.theme = dark() ? 'light' : 'dark';
    name();
  });
  system.addEventListener('change', name);
  name();

  // The clipboard is not there for every browser that opens a file: then the old way.
  function select(node) {
    var range = document.createRange();
    range.selectNodeContents(node);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }
  function byHand(node) {
    select(node);
    try { return document.execCommand('copy'); } catch (error) { return false; }
  }
  all('button.copy').forEach(function (button) {
    button.addEventListener('click', function () {
      var node = button.parentNode.querySelector('.say');
      function done(copied) {
        button.firstChild.data = copied ? 'Copied' : 'Press Ctrl+C';
        say(copied ? 'Copied to the clipboard' : 'The text is selected: copy it by hand');
        window.setTimeout(function () { button.firstChild.data = 'Copy'; }, 2500);
      }
      var copying = navigator.clipboard && navigator.clipboard.writeText
        ? navigator.clipboard.writeText(node.textContent)
        : Promise.reject(new Error('no clipboard'));
      copying.then(function () { done(true); }, function () { done(byHand(node)); });
    });
  });

  var filters = all('form.filter').map(function (form) {
    var rows = all('tbody > tr', document.getElementById(form.dataset.rows));
    var texts = rows.map(function (row) { return row.textContent.toLowerCase().replace(/\s+/g, ' '); });
    var count = form.querySelector('output');
    function apply() {
      var words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
      var level = form.elements.level.value;
      var layer = form.elements.layer.value;
      var wanted = {};
      all('input[name="status"]', form).forEach(function (box) { wanted[box.value] = box.checked; });
      var shown = 0;
      rows.forEach(function (row, at) {
        var fits = wanted[row.dataset.outcome]
          && (!level || row.dataset.levels.split(' ').indexOf(level) >= 0)
          && (!layer || row.dataset.layer === layer)
          && words.every(function (word) { return texts[at].indexOf(word) >= 0; });
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      });
      count.textContent = shown + ' of ' + rows.length + ' rules shown';
    }
    form.addEventListener('input', apply);
    form.addEventListener('submit', function (event) { event.preventDefault(); });
    form.addEventListener('reset', function () { window.setTimeout(apply, 0); });
    // A form that the browser filled in from before a reload.
    window.addEventListener('pageshow', apply);
    apply();
    return { form: form, rows: rows, apply: apply };
  });

  // A link leads to something that is folded away or filtered out: show it.
  function reveal() {
    var target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target) { return; }
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === 'DETAILS') { node.open = true; }
    }
    filters.forEach(function (filter) {
      if (target.hidden && filter.rows.indexOf(target) >= 0) {
        filter.form.reset();
        filter.apply();
      }
    });
    if (target.matches('tr')) {
      all('details', target).slice(0, 1).forEach(function (details) { details.open = true; });
    }
    target.scrollIntoView();
  }
  window.addEventListener('hashchange', reveal);
  reveal();

  // On paper nothing can be unfolded.
  var folded = [];
  window.addEventListener('beforeprint', function () {
    folded = all('details:not([open]):not(.facts)');
    folded.forEach(function (details) { details.open = true; });
  });
  window.addEventListener('afterprint', function () {
    folded.forEach(function (details) { details.open = false; });
  });
})();
