# A database's owner, who is no superuser, installs zdm, dumps and restores.  What has no
# record, since the dump had only the schema or its restorer may not write the record, works
# or says at the first statement what helps; and that helps.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('owner_dump', 'fsync = off');
my $dir = PostgreSQL::Test::Utils::tempdir();
my @server = ('-h', $node->host, '-p', $node->port, '-U', 'keeper');

$node->safe_psql('postgres', 'CREATE ROLE keeper LOGIN');
$node->safe_psql('postgres', "CREATE DATABASE $_ OWNER keeper") for 'app', 'schema', 'data';
sub as_keeper { my ($database, $sql) = @_; return $node->safe_psql($database, $sql, extra_params => [ '-U', 'keeper' ]); }

as_keeper('app', q{
	CREATE EXTENSION zdm;
	CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';});
# Each: the call, and what the new application has to write.
my @cases = (
	[ 'rename', q{expand_rename('%s', 'v', 'w', name => '%s')}, 'w' ],
	[ 'add', q{expand_add_column('%s', 'w', 'int', backfill => 'twice(v)', not_null => true, name => '%s')}, 'w' ],
	[ 'add_plain', q{expand_add_column('%s', 'w', 'int', backfill => 'v * 2', name => '%s')}, 'w' ],
	[ 'type', q{expand_change_type('%s', 'v', 'bigint', name => '%s')} ],
	[ 'key', q{expand_change_type('%s', 'id', 'bigint', name => '%s')} ],
	[ 'text', q{expand_change_type('%s', 'v', 'text', name => '%s')} ],
	[ 'transform', q{expand_transform('%s', '{v}', '{"w": {"type": "int", "forward": "twice(v)"}}', '{"v": "w / 2"}', name => '%s')}, 'w' ],
	[ 'fill', q{expand_not_null('%s', 'n', fill => 'twice(v)', name => '%s')}, 'n' ],
	[ 'drop', q{expand_drop_column('%s', 'n', reverse => 'twice(v)', name => '%s')} ]);
my (@tables, %insert);
for my $state ('ready', 'contracted')
{
	for my $case (@cases)
	{
		my ($name, $call, $column) = @$case;
		my $table = "${name}_$state";

		as_keeper('app', qq{
			CREATE TABLE $table (id int PRIMARY KEY, v int NOT NULL DEFAULT 1, n int);
			INSERT INTO $table SELECT g, g, g FROM generate_series(1, 50) g;
			SELECT zdm.} . sprintf($call, $table, $table));
		as_keeper('app', qq{CALL zdm.wait('$table', '1 min')});
		as_keeper('app', qq{SELECT zdm.contract('$table')}) if $state eq 'contracted';
		push @tables, $table;
		$insert{$table} = $state eq 'contracted' && $column
		  ? "INSERT INTO $table (id, $column) VALUES (1000, 5)" : "INSERT INTO $table (id) VALUES (1000)";
	}
}

$node->command_ok([ 'pg_dump', '-s', '-f', "$dir/schema.sql", @server, 'app' ], 'the owner dumps the schema');
# Of everybody's migrations: the tables of others he may dump are his to read.
$node->safe_psql('postgres', 'CREATE ROLE other LOGIN');
as_keeper('app', 'CREATE SCHEMA others; GRANT USAGE, CREATE ON SCHEMA others TO other');
$node->safe_psql('app', q{
	CREATE TABLE others.t (id int PRIMARY KEY, v int);
	GRANT SELECT ON others.t TO keeper;
	SELECT zdm.expand_rename('others.t', 'v', 'w', name => 'of_other');
	CALL zdm.wait('of_other', '1 min')}, extra_params => [ '-U', 'other' ]);
my $record = q{SELECT md5(string_agg(concat_ws(' ', m.name, m.status, m.relation, m.trigger_name, s.seq, s.command, s.undo, s.status), ',' ORDER BY m.id, s.seq)) FROM zdm.migration m JOIN zdm.step s ON s.migration_id = m.id};
for my $format ('plain', 'custom')
{
	$node->command_ok([ 'pg_dump', ($format eq 'custom' ? '-Fc' : ()), '-f', "$dir/all.$format", @server, 'app' ], "the owner dumps all of it: $format");
	$node->safe_psql('postgres', "CREATE DATABASE $format");
	$node->command_ok([ ($format eq 'custom' ? ('pg_restore', '-e', '-d', $node->connstr($format)) : ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($format), '-f')), "$dir/all.$format" ],
		'a superuser restores it');
	is($node->safe_psql($format, $record), $node->safe_psql('app', $record), 'with the whole record');
	$node->safe_psql($format, q{SELECT zdm.contract('of_other'); SELECT zdm.finalize('of_other'); SELECT zdm.finalize('rename_contracted')});
	is($node->safe_psql($format, q{SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'others.t'::regclass AND attnum > 0 AND NOT attisdropped}), 'id w',
		'and it goes on');
}
my ($rc, $out, $err) = $node->psql('app', 'SELECT count(*) FROM zdm.migration_row', extra_params => [ '-U', 'other' ]);
like($err, qr/permission denied/, 'others can read no table of the record');
$node->command_ok([ 'pg_dump', '--exclude-table-data', 'zdm.*', '--exclude-schema', 'others', '-f', "$dir/data.sql", @server, 'app' ], 'and all but the record');
for my $database ('schema', 'data')
{
	$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/$database.sql", @server, $database ], "and restores it: $database");
	for my $table (@tables)
	{
		my ($rc, $out, $err) = $node->psql($database, $insert{$table}, extra_params => [ '-U', 'keeper' ]);

		if ($rc == 0)
		{
			pass("$database: $table works");
			next;
		}
		like($err, qr/trigger "~zdm_$table" of table public\.$table was not made by a migration of zdm/, "$database: $table says so");
		as_keeper($database, $_) for $err =~ /((?:DROP TRIGGER|ALTER TABLE) .*?;)/g;
		as_keeper($database, $insert{$table});
		is(as_keeper($database, qq{SELECT count(*) FROM pg_attribute WHERE attrelid = '$table'::regclass AND attname ~ '^zdm_' AND NOT attisdropped}), 0,
			"$database: what it says helps");
	}
}
$node->stop;
log_is_clean($node);
done_testing();
