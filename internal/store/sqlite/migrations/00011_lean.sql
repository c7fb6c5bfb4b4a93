-- +goose Up

-- It cost every creation something and served only the question what a stricter
-- maximum would touch, which tokens_kept answers without reading rows.
drop index tokens_life;
