-- What generations share is written once and never changed; spans tell in which of them a document lives.

-- Until pgvector is loaded only a superuser may name its settings.
SELECT '[0]'::vector;

CREATE TABLE ibid.schema (version integer PRIMARY KEY, made timestamptz NOT NULL DEFAULT now());

-- Each is complete as soon as anybody else sees it.  `gone` are the rows of passages that are stored and have died by
-- then; later ones have numbers from `next_row` on.  A saturation is that of BM25 by the code of a length.
CREATE TABLE ibid.generations (
    serial integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    manifest jsonb NOT NULL DEFAULT '{}',
    made timestamptz NOT NULL DEFAULT now(),
    published timestamptz,
    suggested jsonb,
    documents integer NOT NULL DEFAULT 0,
    passages integer NOT NULL DEFAULT 0,
    text_terms bigint NOT NULL DEFAULT 0,
    title_terms bigint NOT NULL DEFAULT 0,
    text_saturation double precision[] NOT NULL DEFAULT '{}',
    title_saturation double precision[] NOT NULL DEFAULT '{}',
    next_document integer NOT NULL DEFAULT 0,
    next_row integer NOT NULL DEFAULT 0,
    gone int4multirange NOT NULL DEFAULT '{}'
);

CREATE TABLE ibid.published (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    serial integer NOT NULL REFERENCES ibid.generations
);

CREATE TABLE ibid.documents (
    number integer PRIMARY KEY,
    id text COLLATE "C" NOT NULL,
    record bytea NOT NULL,
    source bytea,
    file text NOT NULL,
    first integer NOT NULL,
    passages integer NOT NULL,
    revision text NOT NULL,
    states text[] NOT NULL,
    body text NOT NULL
);
CREATE INDEX documents_by_id ON ibid.documents (id);
CREATE INDEX documents_by_statement ON ibid.documents USING gin (states);

-- A document lives in the generations from `born` up to and without `died`, at its place among the others.
CREATE TABLE ibid.spans (
    number integer NOT NULL,
    born integer NOT NULL,
    died integer NOT NULL DEFAULT 2147483647,
    place numeric NOT NULL,
    PRIMARY KEY (number, born)
);
CREATE INDEX spans_by_birth ON ibid.spans (born);
CREATE INDEX spans_by_death ON ibid.spans (died) WHERE died < 2147483647;

CREATE TABLE ibid.passages (
    row integer PRIMARY KEY,
    document integer NOT NULL,
    text_hash bytea NOT NULL,
    text_length integer NOT NULL,
    title_length integer NOT NULL,
    record text NOT NULL
);
CREATE INDEX passages_by_document ON ibid.passages (document);
CREATE INDEX passages_by_text ON ibid.passages (text_hash);

CREATE TABLE ibid.vectors (row integer PRIMARY KEY, vector vector NOT NULL);

-- How often a term stands in the text and in the title of a passage, and the codes of their lengths.
CREATE TABLE ibid.postings (
    row integer NOT NULL,
    text_frequency smallint NOT NULL,
    text_length smallint NOT NULL,
    title_frequency smallint NOT NULL,
    title_length smallint NOT NULL,
    term text COLLATE "C" NOT NULL
);
CREATE INDEX postings_by_term ON ibid.postings (term, row)
    INCLUDE (text_frequency, text_length, title_frequency, title_length);
CREATE INDEX postings_by_row ON ibid.postings (row);

-- Differences, to be added up to a generation: in how many texts and titles a term stands, in how many passages a word.
CREATE TABLE ibid.frequencies (
    term text COLLATE "C" NOT NULL,
    generation integer NOT NULL,
    texts integer NOT NULL,
    titles integer NOT NULL,
    PRIMARY KEY (term, generation)
);
CREATE INDEX frequencies_by_generation ON ibid.frequencies (generation);
CREATE TABLE ibid.words (
    text text COLLATE "C" NOT NULL,
    generation integer NOT NULL,
    term text COLLATE "C" NOT NULL,
    is_name boolean NOT NULL,
    passages integer NOT NULL,
    PRIMARY KEY (text, generation, is_name)
);
CREATE INDEX words_by_term ON ibid.words (term);
CREATE INDEX words_by_generation ON ibid.words (generation);

CREATE TABLE ibid.pairs (
    document integer NOT NULL,
    place integer NOT NULL,
    name text COLLATE "C" NOT NULL,
    other text COLLATE "C" NOT NULL,
    often integer NOT NULL,
    ordinary_name boolean NOT NULL,
    ordinary_other boolean NOT NULL,
    PRIMARY KEY (document, place)
);
CREATE INDEX pairs_by_name ON ibid.pairs (name);
CREATE INDEX pairs_by_other ON ibid.pairs (other);
CREATE TABLE ibid.listed (document integer NOT NULL, word text COLLATE "C" NOT NULL);
CREATE INDEX listed_by_word ON ibid.listed (word);
CREATE INDEX listed_by_document ON ibid.listed (document);

-- The best passages for a bag of terms by BM25 (k1 1.2), which stand in the generation `at`: rarest terms first, the
-- others only looked up where that suffices (MaxScore: Turtle and Flood 1995).
CREATE FUNCTION ibid.lexical(at integer, asked text[], most integer, title_weight double precision, few integer)
RETURNS TABLE (passage integer, score real)
LANGUAGE plpgsql STABLE
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    made ibid.generations;
    text_saturation double precision[];
    title_saturation double precision[];
    terms text[];
    texts double precision[];
    titles double precision[];
    places bigint[];
    found integer[];
    scores double precision[];
    searched integer := 1;
    sum_places bigint;
    rest double precision;
    likely integer;
BEGIN
    SELECT * INTO made FROM ibid.generations g WHERE g.serial = at;
    text_saturation := made.text_saturation;
    title_saturation := made.title_saturation;
    SELECT array_agg(t.term ORDER BY t.places, t.term), array_agg(t.text ORDER BY t.places, t.term),
           array_agg(t.title ORDER BY t.places, t.term), array_agg(t.places ORDER BY t.places, t.term)
    INTO terms, texts, titles, places
    FROM (
        SELECT f.term, sum(f.texts) + sum(f.titles) AS places,
               2.2 * ln(1 + (made.passages - sum(f.texts) + 0.5)::float8 / (sum(f.texts) + 0.5)::float8) AS text,
               title_weight * 2.2
               * ln(1 + (made.passages - sum(f.titles) + 0.5)::float8 / (sum(f.titles) + 0.5)::float8) AS title
        FROM ibid.frequencies f
        WHERE f.term = ANY (asked) AND f.generation <= at
        GROUP BY f.term
        HAVING sum(f.texts) + sum(f.titles) > 0
    ) t;
    IF terms IS NULL THEN
        RETURN;
    END IF;
    sum_places := places[1];
    WHILE searched < cardinality(terms) AND sum_places + places[searched + 1] <= few LOOP
        searched := searched + 1;
        sum_places := sum_places + places[searched];
    END LOOP;
    IF searched < cardinality(terms) THEN
        SELECT array_agg(c.row), array_agg(c.score) INTO found, scores
        FROM (
            SELECT p.row, sum(
                t.text * p.text_frequency / (p.text_frequency + text_saturation[p.text_length + 1])
                + CASE WHEN p.title_frequency > 0 THEN
                    t.title * p.title_frequency / (p.title_frequency + title_saturation[p.title_length + 1]) ELSE 0 END
            ) AS score
            FROM unnest(terms[:searched], texts[:searched], titles[:searched]) AS t (term, text, title)
            JOIN ibid.postings p ON p.term = t.term
            WHERE p.row < made.next_row AND NOT p.row <@ made.gone
            GROUP BY p.row
            ORDER BY 2 DESC, 1
        ) c;
        SELECT sum(greatest(t.text, 0) + greatest(t.title, 0)) INTO rest
        FROM unnest(texts[searched + 1:], titles[searched + 1:]) AS t (text, title);
        IF scores[most] > rest THEN
            SELECT count(*) INTO likely FROM unnest(scores) AS s WHERE s + rest >= scores[most];
            RETURN QUERY
            SELECT c.row, (c.score + coalesce(sum(
                t.text * p.text_frequency / (p.text_frequency + text_saturation[p.text_length + 1])
                + CASE WHEN p.title_frequency > 0 THEN
                    t.title * p.title_frequency / (p.title_frequency + title_saturation[p.title_length + 1]) ELSE 0 END
            ), 0))::real AS total
            FROM unnest(found[:likely], scores[:likely]) AS c (row, score)
            CROSS JOIN unnest(terms[searched + 1:], texts[searched + 1:], titles[searched + 1:]) AS t (term, text, title)
            LEFT JOIN ibid.postings p ON p.term = t.term AND p.row = c.row
            GROUP BY c.row, c.score
            ORDER BY total DESC, c.row
            LIMIT most;
            RETURN;
        END IF;
    END IF;
    RETURN QUERY
    SELECT p.row, sum(
        t.text * p.text_frequency / (p.text_frequency + text_saturation[p.text_length + 1])
                + CASE WHEN p.title_frequency > 0 THEN
                    t.title * p.title_frequency / (p.title_frequency + title_saturation[p.title_length + 1]) ELSE 0 END
    )::real AS total
    FROM unnest(terms, texts, titles) AS t (term, text, title)
    JOIN ibid.postings p ON p.term = t.term
    WHERE p.row < made.next_row AND NOT p.row <@ made.gone
    GROUP BY p.row
    ORDER BY total DESC, p.row
    LIMIT most;
END;
$$;

-- The nearest passages to a vector of unit length which stand in the generation `at`, by cosine: of all vectors where
-- no graph has been made, else by that.
CREATE FUNCTION ibid.nearest(at integer, asked vector, most integer)
RETURNS TABLE (passage integer, cosine double precision)
LANGUAGE plpgsql STABLE
SET hnsw.iterative_scan = strict_order SET hnsw.ef_search = 100 SET jit = off
AS $$
DECLARE
    until integer;
    away int4multirange;
BEGIN
    SELECT g.next_row, g.gone INTO until, away FROM ibid.generations g WHERE g.serial = at;
    RETURN QUERY EXECUTE format(
        'SELECT v.row, -(v.vector::vector(%1$s) <#> $1) FROM ibid.vectors v'
        ' WHERE vector_dims(v.vector) = %1$s AND v.row < $2 AND NOT v.row <@ $3'
        ' ORDER BY v.vector::vector(%1$s) <#> $1 LIMIT $4', vector_dims(asked)
    ) USING asked, until, away, most;
END;
$$;

-- What only an owner may do for who writes: make the graph of the vectors of one dimension, and count what is stored.
CREATE FUNCTION ibid.settle(dimension integer, has_graph boolean)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT SET maintenance_work_mem = '1GB'
AS $$
BEGIN
    IF has_graph THEN
        EXECUTE format(
            'CREATE INDEX IF NOT EXISTS graph_%1$s ON ibid.vectors USING hnsw ((vector::vector(%1$s)) vector_ip_ops)'
            ' WITH (m = 16, ef_construction = 64) WHERE vector_dims(vector) = %1$s', dimension
        );
    END IF;
    ANALYZE ibid.generations, ibid.documents, ibid.spans, ibid.passages, ibid.vectors, ibid.postings,
        ibid.frequencies, ibid.words, ibid.pairs, ibid.listed;
END;
$$;
REVOKE EXECUTE ON FUNCTION ibid.settle FROM public;

INSERT INTO ibid.schema (version) VALUES (1);
