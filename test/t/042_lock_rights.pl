# Locks and rights: nobody waits for a lock on a table where he has no right, and what is said
# about sessions in the way is what pg_stat_activity shows to whoever reads it.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::BackgroundPsql;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('lock_rights', 'max_connections = 40', 'zdm.lock_timeout = 20', 'zdm.lock_retries = 2');
install_zdm($node);
$node->safe_psql('postgres', q{
	CREATE ROLE victim; CREATE ROLE alice LOGIN; CREATE ROLE owner; CREATE ROLE nobody; CREATE ROLE trigger_only; CREATE ROLE monitor; CREATE ROLE member;
	GRANT pg_read_all_stats TO monitor; GRANT alice TO member; GRANT owner TO monitor, member;
	CREATE SCHEMA s; GRANT USAGE, CREATE ON SCHEMA s TO PUBLIC;
	CREATE TABLE s.theirs (id int PRIMARY KEY, a int, b int); CREATE INDEX theirs_a ON s.theirs (a);
	CREATE TABLE s.parted (id int, a int, b int) PARTITION BY LIST (id); CREATE TABLE s.part PARTITION OF s.parted FOR VALUES IN (1); ALTER TABLE s.part OWNER TO victim;
	GRANT TRIGGER, INSERT ON s.theirs, s.parted TO trigger_only;
	INSERT INTO s.theirs VALUES (1, 1, 1);
	CREATE TABLE s.hers (id int PRIMARY KEY, a int, b int); CREATE INDEX hers_a ON s.hers (a);
	GRANT ALL ON s.hers TO alice;
	ALTER TABLE s.theirs OWNER TO victim; ALTER TABLE s.parted OWNER TO victim; ALTER TABLE s.hers OWNER TO owner;
	SELECT zdm.expand_rename('s.theirs', 'b', 'c', name => 'theirs');
	CALL zdm.wait('theirs');
	CREATE TABLE s.mine (id int PRIMARY KEY, a int, b int); ALTER TABLE s.mine OWNER TO nobody; CREATE TABLE s.trg (id int PRIMARY KEY, a int, b int); ALTER TABLE s.trg OWNER TO trigger_only;});

# Every call that names a table or a migration, on what is somebody else's and locked by him.
my $theirs = $node->background_psql('postgres');
$theirs->query_safe('BEGIN; LOCK TABLE s.theirs, s.parted IN ACCESS EXCLUSIVE MODE');
my %arguments = (
	rename => "'a', 'x'", add_column => "'x', 'int'", change_type => "'a', 'bigint'",
	transform => q{'{a}', '{"x": {"type": "int", "forward": "a"}}', '{"a": "x"}'},
	drop_column => "'a'", not_null => "'a'", check => "'positive', 'a > 0'", foreign_key => "'{a}', 's.theirs'",
	unique => "'{a}'", primary_key => "'{a}'", shadow_table => "'(b int, id int, a int)'", partition => "'HASH (id)', partitions => 2", rename_table => "'renamed'", move_table => "'public'",
	extract => "'{a}', 'x'", split_table => q{'[{"table": "x", "columns": ["a"]}]'},
	merge_tables => "'{s.mine}'");
my @calls;
for my $kind (sort keys %arguments)
{
	push @calls, map { "SELECT zdm.expand_$kind('$_', $arguments{$kind}, name => 'x')" } 's.theirs', 's.parted';
}
push @calls, map { "SELECT * FROM zdm.plan(\$\$$_\$\$)" } map { s/^SELECT //r } @calls;
push @calls, q{SELECT zdm.expand_index('CREATE INDEX x ON s.theirs (a)', name => 'x')}, q{SELECT zdm.drop_index('s.theirs_a', name => 'x')},
	q{SELECT zdm.reindex('s.theirs_a', name => 'x')}, map { "SELECT zdm.expand_compact('$_', name => 'x')" } 's.theirs', 's.parted';
push @calls, map { "SELECT zdm.$_('theirs')" } qw(contract reopen rollback cancel finalize forget pause resume ensure_ready verify violations);
push @calls, q{SELECT zdm.alter_backfill('theirs', nice => 0.5)}, q{CALL zdm.wait('theirs')}, q{CALL zdm.run('theirs')}, q{CALL zdm.fix_violations('theirs', keep => 'id')},
	q{SELECT zdm.guard('theirs', 'lock_waiters', 5, 'warn')}, q{SELECT zdm.drop_guard('theirs')}, q{SELECT zdm.rollout('theirs', 5)};
# a table of one's own that is to refer to it, with and without its columns
push @calls, map { ("SELECT zdm.expand_foreign_key('MINE', '{a}', '$_', ref_columns => '{id}', name => 'x')",
	"SELECT zdm.expand_foreign_key('MINE', '{a}', '$_', name => 'x')", "SELECT zdm.expand_merge_tables('MINE', '{$_}', name => 'x')",
	"SELECT zdm.expand_merge_tables('MINE', '{s.hers,$_}', name => 'x')") } 's.theirs', 's.parted';

# No function that takes a table or a migration is left out, but for those that read the catalog or the record alone.
my $known = join '|', 'shown_index', 'use_new', map { /zdm\.(\w+)/g } @calls;
is($node->safe_psql('postgres', qq{SELECT string_agg(DISTINCT proname, ' ') FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
	WHERE pronamespace = 'zdm'::regnamespace AND proname !~ '^($known)\$' AND proargnames[1] IN ('tbl', 'name', 'index_name', 'definition')
	  AND prolang = (SELECT oid FROM pg_language WHERE lanname = 'c')}), '', 'every call is tried');
for my $role (qw(nobody trigger_only))
{
	my $own = $role eq 'nobody' ? 's.mine' : 's.trg';
	my @waited;
	for my $call (@calls)
	{
		my ($status, $out, $err) = $node->psql('postgres',
			"\\set VERBOSITY verbose\nSET ROLE $role; SET lock_timeout = 100;\n" . ($call =~ s/MINE/$own/r));
		# of a name that is somebody else's there is nothing
		push @waited, "$call: $err" unless $err =~ /ERROR:  42501/ || $call =~ /zdm\.\w+\('theirs'/ && $err =~ /ERROR:  42704: migration "theirs" does not exist/;
	}
	is(join("\n", @waited), '', "$role is refused before it waits");
	# What the server itself looks at and leaves alone, event triggers do, too.
	my ($status, $out, $err) = $node->psql('postgres', "SET ROLE $role; SET lock_timeout = 100; CREATE TABLE IF NOT EXISTS s.part PARTITION OF s.parted FOR VALUES IN (1)");
	like($err, qr/^[^\n]*NOTICE:  relation "part" already exists, skipping$/, "$role does not wait to hear that a partition is there");
}
# with the right to refer to one column, that one
$theirs->query_safe('COMMIT');
$node->safe_psql('postgres', 'GRANT REFERENCES (id) ON s.theirs TO nobody');
for my $columns ('', "ref_columns => '{id}', ")
{
	$node->safe_psql('postgres', "SET ROLE nobody; SELECT zdm.expand_foreign_key('s.mine', '{a}', 's.theirs', ${columns}name => 'fk'); SELECT zdm.rollback('fk')");
	pass('with REFERENCES on the column it is made');
}
expect_error($node, q{SET ROLE nobody; SELECT zdm.expand_foreign_key('s.mine', '{a}', 's.theirs', ref_columns => '{a}', name => 'fk')}, '42501', 'permission denied', 'not with that on another one');

# Who is in the way: by everything that says so, to everybody who may ask.
my $alice = $node->background_psql('postgres', extra_params => [ '-U', 'alice' ]);
$alice->query_safe("SET application_name = 'private'");
my %sees = (owner => 0, member => 1, monitor => 1, postgres => 1);
sub busy { $alice->query_safe("BEGIN; SELECT count(*) FROM s.hers WHERE 'SECRET' <> ''"); }
sub free { $alice->query_safe('COMMIT'); }
sub judge
{
	my ($role, $text, $what) = @_;
	like($text, qr/process \d+ \(private/, "$what: $role reads who it is");
	$sees{$role} ? like($text, qr/for \d+ s: .*SECRET/, 'and the query') : unlike($text, qr/SECRET| s: |idle/, 'and nothing else');
}
for my $role (sort keys %sees)
{
	my $as = "SET ROLE $role;";
	busy();
	judge($role, expect_error($node, "$as SELECT zdm.expand_rename('s.hers', 'b', 'c', name => '$role')", '55P03', 'could not get', "expand as $role"), 'expand');
	free();
	$node->safe_psql('postgres', "$as SELECT zdm.expand_rename('s.hers', 'b', 'c', name => '$role')");
	$node->safe_psql('postgres', "$as CALL zdm.wait('$role')");
	busy();
	judge($role, $node->safe_psql('postgres', "$as SELECT holder FROM zdm.blocking WHERE name = '$role'"), 'zdm.blocking');
	judge($role, expect_error($node, "$as SELECT zdm.$_('$role')", '55P03', 'could not get', "$_ as $role"), $_) for qw(contract rollback);
	free();
	$node->safe_psql('postgres', "$as SELECT zdm.rollback('$role')");
}

# What a worker runs into is there for the table's owner to read.
my $gate = close_gate($node);
$node->safe_psql('postgres', 'INSERT INTO s.hers VALUES (1, 1, 1)'); # without a row nothing waits at the gate
$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('s.hers', 'd', 'int', backfill => 'gated(a)', not_null => true, name => 'worker')});
busy();
open_gate($gate);
wait_for($node, q{SELECT last_error LIKE '%private%' FROM zdm.migration WHERE name = 'worker'}, 'the worker says who is in its way');
judge('owner', $node->safe_psql('postgres', q{SELECT last_error FROM zdm.migration WHERE name = 'worker'}), 'the record');
free();
$node->safe_psql('postgres', q{SELECT zdm.rollback('worker')});

$_->quit for ($alice, $theirs);
$node->stop;
log_is_clean($node, qr/could not get/);
done_testing();
