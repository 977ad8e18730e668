// Copy buttons beside the commands; without this script they are plain text to select.
const said = document.getElementById('said');

async function copy(block) {
  const words = block.querySelector('code').textContent;
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    // No clipboard without https: leave the command selected, one key away.
    getSelection().selectAllChildren(block.querySelector('code'));
    return false;
  }
}

for (const block of document.querySelectorAll('.command')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', 'Copy the command');
  button.addEventListener('click', async () => {
    const done = await copy(block);
    said.textContent = done ? 'Copied' : 'Selected: press Ctrl+C';
    button.textContent = done ? 'Copied' : 'Ctrl+C';
    setTimeout(() => { button.textContent = 'Copy'; said.textContent = ''; }, 2000);
  });
  block.append(button);
}
