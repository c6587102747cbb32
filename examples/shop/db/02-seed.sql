INSERT INTO products (name, price_cents, stock) VALUES
    ('Anchor',          12900,  40),
    ('Brass compass',    4950, 120),
    ('Coil of rope',     1825, 300),
    ('Signal lantern',   3600,  75),
    ('Tide table',        890, 500);

INSERT INTO orders (product_id, quantity, status, processed_at) VALUES
    (2, 1, 'confirmed', now()),
    (3, 4, 'confirmed', now()),
    (5, 2, 'confirmed', now());
