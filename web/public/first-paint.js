/* Runs before the first paint, so that nobody is flashed with the wrong colours or the wrong direction. */
(() => {
  const root = document.documentElement;
  try {
    const chosen = localStorage.getItem('mantine-color-scheme-value');
    const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
    root.dataset.mantineColorScheme = dark ? 'dark' : 'light';
    const language = localStorage.getItem('millrace-language');
    if (language === 'he') {
      root.lang = language;
      root.dir = 'rtl';
    }
  } catch {
    // No storage: the defaults of index.html hold.
  }
})();
