-- A digest over the journal's ID, the key of its cursors and the seed of its chain: written beside this file, in identity.ts.
select 1;
