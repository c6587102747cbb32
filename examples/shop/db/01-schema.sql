-- Runs once, when the image initialises an empty volume.

CREATE TABLE products (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text    NOT NULL UNIQUE,
    price_cents integer NOT NULL CHECK (price_cents > 0),
    stock       integer NOT NULL CHECK (stock >= 0)
);

CREATE TABLE orders (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id   integer     NOT NULL REFERENCES products,
    quantity     integer     NOT NULL CHECK (quantity > 0),
    status       text        NOT NULL DEFAULT 'received' CHECK (status IN ('received', 'confirmed', 'rejected')),
    created_at   timestamptz NOT NULL DEFAULT now(),
    processed_at timestamptz
);

-- What the worker looks for when its queue is empty.
CREATE INDEX orders_received ON orders (created_at) WHERE status = 'received';
