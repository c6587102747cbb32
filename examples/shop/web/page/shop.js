const element = (id) => document.getElementById(id);
const money = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' });

async function ask(path, options) {
  const response = await fetch(`/api${path}`, options);
  // nginx answers for an API that is away, and not in JSON.
  const body = await response.json().catch(() => ({ error: `the API is away (${response.status})` }));
  if (!response.ok) throw new Error(body.error);
  return body;
}

function cell(content, className = '') {
  const td = document.createElement('td');
  td.className = className;
  td.append(content);
  return td;
}

function productRow(product) {
  const button = document.createElement('button');
  button.textContent = 'Order one';
  button.onclick = () => showing(() => order(product.id));
  const row = document.createElement('tr');
  row.append(
    cell(product.name),
    cell(money.format(product.price_cents / 100), 'number'),
    cell(String(product.stock), 'number'),
    cell(button),
  );
  return row;
}

function orderLine(order, names) {
  const line = document.createElement('li');
  line.textContent = `#${order.id}: ${order.quantity} × ${names.get(order.product_id)}, ${order.status}`;
  return line;
}

async function refresh() {
  const [products, orders, { version }] = await Promise.all([ask('/products'), ask('/orders'), ask('/version')]);
  const names = new Map(products.map(({ id, name }) => [id, name]));
  element('products').replaceChildren(...products.map(productRow));
  element('orders').replaceChildren(...orders.slice(0, 8).map((order) => orderLine(order, names)));
  element('api-version').textContent = version;
}

async function order(productId) {
  await ask('/orders', { method: 'POST', body: JSON.stringify({ product_id: productId, quantity: 1 }) });
  await refresh();
}

async function showing(act) {
  try {
    await act();
    element('notice').textContent = '';
  } catch (error) {
    element('notice').textContent = `The shop is not available: ${error.message}`;
  }
}

element('page-version').textContent = (await (await fetch('version.txt')).text()).trim();
await showing(refresh);
setInterval(() => showing(refresh), 2000);
