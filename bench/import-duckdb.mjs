// The question of bench/import.sh put to DuckDB: requests per client, agent
// and version with first and last, from an IIS log whose columns change in the
// middle. Rows of the two halves are told by their number of columns, which is
// the cheapest right answer for this log.
//
//   node duckdb.mjs LOG all|weak [OUT.tsv]
import { DuckDBInstance } from "@duckdb/node-api";

const [, , log, which, out] = process.argv;
const db = await (await DuckDBInstance.create(":memory:", { threads: "2" })).connect();
const weak = which === "weak" ? "where version in ('40', '80', '100', '200', '10', '20')" : "";
const query = `
  with rows as (
    select string_split(line, ' ') as c
    from read_csv('${log}', columns = {line: 'VARCHAR'}, header = false, delim = '\\x01', quote = '', escape = '',
                  auto_detect = false, max_line_size = 2097152)
    where line[1] <> '#'
  ), named as (
    select case when len(c) = 19 then c[9] else c[8] end as client,
           case when len(c) = 19 then c[10] else c[9] end as agent,
           c[case when len(c) = 19 then 16 else 15 end] as version,
           c[1] || ' ' || c[2] as stamp
    from rows
  )
  select client, agent, version, count(*) as n, min(stamp) as "first", max(stamp) as "last"
  from named ${weak} group by all`;
if (out) await db.run(`copy (${query} order by all) to '${out}' (format csv, delimiter '\t', header false, quote '')`);
else console.log((await db.runAndReadAll(`select count(*) from (${query})`)).getRows()[0][0].toString());
