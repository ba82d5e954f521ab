# An extension that was updated from an older version is the same, object by object, as one of this
# version that was installed.  What a failure names is missing in sql/upgrade, or too much there.
use strict;
use warnings;

use JSON::PP;
use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

# A line for each property of each object of the extension: object, property, value.  The order of a
# table's columns is that of the updates, and means nothing; of a view's it does.
my $objects = q{
WITH member AS (
	SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) AS object
	  FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
	 WHERE e.extname = 'zdm' AND d.deptype = 'e'
), property (object, property, value) AS (
	SELECT object, 'is of a kind that this test compares', (classid IN ('pg_class'::regclass, 'pg_proc'::regclass,
	           'pg_namespace'::regclass, 'pg_event_trigger'::regclass, 'pg_type'::regclass))::text FROM member
	UNION ALL
	SELECT object, 'comment', obj_description(objid, classid::regclass::name) FROM member
	UNION ALL
	SELECT m.object, 'initial privileges of part ' || i.objsubid, acl_text(i.initprivs)
	  FROM member m JOIN pg_init_privs i ON (i.classoid, i.objoid) = (m.classid, m.objid)
	UNION ALL
	SELECT m.object, p.property, p.value
	  FROM member m JOIN pg_proc f ON m.classid = 'pg_proc'::regclass AND f.oid = m.objid,
	       LATERAL (VALUES ('definition', pg_get_functiondef(f.oid)), ('privileges', acl_text(f.proacl)),
	                       ('owner', f.proowner::regrole::text)) AS p (property, value)
	UNION ALL
	SELECT m.object, p.property, p.value
	  FROM member m JOIN pg_namespace n ON m.classid = 'pg_namespace'::regclass AND n.oid = m.objid,
	       LATERAL (VALUES ('privileges', acl_text(n.nspacl)), ('owner', n.nspowner::regrole::text)) AS p (property, value)
	UNION ALL
	SELECT m.object, p.property, p.value
	  FROM member m JOIN pg_event_trigger t ON m.classid = 'pg_event_trigger'::regclass AND t.oid = m.objid,
	       LATERAL (VALUES ('event', t.evtevent || ' ' || coalesce(t.evttags::text, '')), ('enabled', t.evtenabled::text),
	                       ('function', t.evtfoid::regprocedure::text), ('owner', t.evtowner::regrole::text)) AS p (property, value)
	UNION ALL
	SELECT m.object, p.property, p.value
	  FROM member m JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid,
	       LATERAL (VALUES ('type', format('%s %s %s', t.typtype, t.typbasetype::regtype, t.typdefault)),
	                       ('privileges', acl_text(t.typacl))) AS p (property, value)
	UNION ALL
	SELECT m.object, p.property, p.value
	  FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid,
	       LATERAL (VALUES ('kind', format('%s %s', c.relkind, c.relpersistence)), ('options', c.reloptions::text),
	                       ('privileges', acl_text(c.relacl)), ('owner', c.relowner::regrole::text),
	                       ('row security', format('%s %s', c.relrowsecurity, c.relforcerowsecurity)),
	                       ('replica identity', c.relreplident::text),
	                       ('view', CASE c.relkind WHEN 'v' THEN pg_get_viewdef(c.oid) END)) AS p (property, value)
	UNION ALL
	SELECT m.object, 'column ' || a.attname, concat_ws(', ', format_type(a.atttypid, a.atttypmod),
	           CASE WHEN a.attnotnull THEN 'not null' END, 'default ' || pg_get_expr(d.adbin, d.adrelid),
	           'identity ' || nullif(a.attidentity::text, ''), 'generated ' || nullif(a.attgenerated::text, ''), 'collation ' || nullif(a.attcollation::oid, 0),
	           'storage ' || a.attstorage::text, 'privileges ' || acl_text(a.attacl), 'options ' || (SELECT string_agg(o, ' ') FROM unnest(a.attoptions) o WHERE o NOT LIKE 'pg_attver=%'), -- of recent minor releases
	           'comment ' || col_description(c.oid, a.attnum), CASE c.relkind WHEN 'v' THEN 'number ' || a.attnum END)
	  FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid AND c.relkind IN ('r', 'v')
	       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	       LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
	UNION ALL
	SELECT m.object, 'constraint ' || k.conname, concat_ws(', ', pg_get_constraintdef(k.oid), k.convalidated,
	           obj_description(k.oid, 'pg_constraint'))
	  FROM member m JOIN pg_constraint k ON m.classid = 'pg_class'::regclass AND k.conrelid = m.objid
	UNION ALL
	SELECT m.object, 'index ' || i.indexrelid::regclass, concat_ws(', ', pg_get_indexdef(i.indexrelid), i.indisvalid,
	           i.indisreplident, obj_description(i.indexrelid, 'pg_class'))
	  FROM member m JOIN pg_index i ON m.classid = 'pg_class'::regclass AND i.indrelid = m.objid
	UNION ALL
	SELECT m.object, 'policy ' || p.polname, concat_ws(', ', p.polcmd, p.polpermissive, p.polroles::text,
	           pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid), obj_description(p.oid, 'pg_policy'))
	  FROM member m JOIN pg_policy p ON m.classid = 'pg_class'::regclass AND p.polrelid = m.objid
	UNION ALL
	SELECT m.object, 'trigger ' || t.tgname, concat_ws(', ', pg_get_triggerdef(t.oid), t.tgenabled, obj_description(t.oid, 'pg_trigger'))
	  FROM member m JOIN pg_trigger t ON m.classid = 'pg_class'::regclass AND t.tgrelid = m.objid
	UNION ALL
	SELECT m.object, 'rule ' || r.rulename, pg_get_ruledef(r.oid)
	  FROM member m JOIN pg_rewrite r ON m.classid = 'pg_class'::regclass AND r.ev_class = m.objid
	UNION ALL
	SELECT m.object, 'sequence', s::text
	  FROM member m, LATERAL (SELECT seqtypid::regtype, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle
	                            FROM pg_sequence WHERE m.classid = 'pg_class'::regclass AND seqrelid = m.objid) s
	UNION ALL
	SELECT 'extension zdm', 'dumps ' || c.table_id::regclass, c.condition
	  FROM pg_extension e, unnest(e.extconfig, e.extcondition) AS c (table_id, condition) WHERE e.extname = 'zdm'
	UNION ALL
	SELECT 'extension zdm', p.property, p.value
	  FROM pg_extension e, LATERAL (VALUES ('version', e.extversion), ('schema', e.extnamespace::regnamespace::text),
	                                       ('relocatable', e.extrelocatable::text)) AS p (property, value) WHERE e.extname = 'zdm'
	UNION ALL -- what has been left behind, or was forgotten
	SELECT pg_describe_object('pg_class'::regclass, c.oid, 0), 'is in schema zdm, but not of the extension', 'true'
	  FROM pg_class c WHERE c.relnamespace = 'zdm'::regnamespace AND c.relkind NOT IN ('i', 't')
	   AND NOT EXISTS (SELECT FROM member m WHERE (m.classid, m.objid) = ('pg_class'::regclass, c.oid))
	UNION ALL
	SELECT pg_describe_object('pg_proc'::regclass, f.oid, 0), 'is in schema zdm, but not of the extension', 'true'
	  FROM pg_proc f WHERE f.pronamespace = 'zdm'::regnamespace
	   AND NOT EXISTS (SELECT FROM member m WHERE (m.classid, m.objid) = ('pg_proc'::regclass, f.oid))
)
SELECT json_object_agg(object || ': ' || property, coalesce(value, 'none')) FROM property};

my $acl_text = q{CREATE FUNCTION pg_temp.acl_text(acl aclitem[]) RETURNS text LANGUAGE sql AS
	$$SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(acl) a$$;};
$objects =~ s/\bacl_text\(/pg_temp.acl_text(/g;

# Each property of each object of a database, with its value.
sub objects
{
	my ($node, $database) = @_;
	return decode_json($node->safe_psql($database, "$acl_text\n$objects"));
}

sub same_objects
{
	my ($node, $database, $fresh) = @_;
	my $updated = objects($node, $database);
	my @differences;
	for my $key (sort keys %{ { %$fresh, %$updated } })
	{
		my ($one, $other) = ($fresh->{$key}, $updated->{$key});
		next if defined $one && defined $other && $one eq $other;
		push @differences, "$key\n  installed: " . ($one // 'not there') . "\n  updated: " . ($other // 'not there');
	}
	ok(!@differences, "$database is as installed") or diag(join("\n\n", @differences));
	return;
}

my $node = new_node('upgraded');
offer_old_versions($node);
my $version = (`cat zdm.control` =~ /default_version = '(.*)'/)[0];

$node->safe_psql('postgres', 'CREATE ROLE tenant LOGIN');
$node->safe_psql('postgres', 'CREATE DATABASE fresh');
install_zdm($node, 'fresh');
my $fresh = objects($node, 'fresh');
cmp_ok(scalar keys %$fresh, '>', 500, 'the objects of an installed one are listed');
is(join("\n", grep { /: is of a kind/ && $fresh->{$_} eq 'false' } keys %$fresh), '', 'all of them are compared');

for my $file (glob 'sql/old/zdm--*.sql')
{
	my ($old) = $file =~ /zdm--([0-9.]+)\.sql$/;

	# by a superuser, and by the owner of a database
	for my $role ('', 'tenant')
	{
		my $database = "from_$old" . ($role ? "_by_$role" : '');
		$database =~ tr/./_/;
		$node->safe_psql('postgres', "CREATE DATABASE $database" . ($role ? " OWNER $role" : ''));
		my @as = $role ? (extra_params => [ '-U', $role ]) : ();
		$node->safe_psql($database, "CREATE EXTENSION zdm VERSION '$old'", @as);
		is($node->safe_psql($database, q{SELECT extversion FROM pg_extension WHERE extname = 'zdm'}), $old, "$database begins with $old");
		$node->safe_psql($database, "ALTER EXTENSION zdm UPDATE", @as);
		is($node->safe_psql($database, q{SELECT extversion FROM pg_extension WHERE extname = 'zdm'}), $version, "and is of $version then");
		same_objects($node, $database, $fresh);
		if (!$role)
		{
			is($node->safe_psql($database, q{DROP EXTENSION zdm; SELECT count(*) FROM pg_namespace WHERE nspname = 'zdm'}),
				0, 'dropped, it leaves nothing behind');
		}
	}

	# Privileges that somebody has taken away stay away, and what uses a view goes on.
	$node->safe_psql('postgres', "CREATE DATABASE used");
	$node->safe_psql('used', "CREATE EXTENSION zdm VERSION '$old';
		REVOKE EXECUTE ON FUNCTION zdm.reopen(text), zdm.resume(text) FROM PUBLIC;
		CREATE VIEW mine AS SELECT name, status, percent, waiting_for FROM zdm.status;
		ALTER EXTENSION zdm UPDATE");
	is($node->safe_psql('used', q{SELECT has_function_privilege('tenant', 'zdm.reopen(text)', 'EXECUTE')::text
			|| has_function_privilege('tenant', 'zdm.resume(text)', 'EXECUTE')::text
			|| has_function_privilege('tenant', 'zdm.finalize(text)', 'EXECUTE')::text}), 'falsefalsetrue', 'what was revoked stays so');
	is($node->safe_psql('used', 'SELECT count(*) FROM mine'), 0, 'a view on one of its views stays');
	$node->safe_psql('postgres', 'DROP DATABASE used WITH (FORCE)');
}
$node->stop;
log_is_clean($node);
done_testing();
