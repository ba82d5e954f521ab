/*
 * control.c
 *		How fast a backfill goes beside clients.
 *
 * Nothing here looks at a clock or at the server: a sample comes in, every
 * ZDM_STEP_USEC or so (pacing.c), and the pace follows from it and from those before.
 * The pace goes up by a small step while nothing suffers, and is halved when
 * something does, as in congestion control.  What counts as suffering is absolute
 * for what has a natural limit (processors, memory, lag), and relative to what is so
 * while the backfill is gentle for what clients wait for anyway: a commit always
 * waits for its WAL.  That is measured first, and again from time to time ("probe").
 *
 * The pace is that of all workers together, so that more of them take no more from
 * the clients than one does.
 */
#include "postgres.h"

#include "fill/control.h"

#define STEP_UP 0.025
#define FIRST_PROBE 6 /* samples */
#define REST 2        /* samples: what was begun at the old pace has to come to its end */
#define SMOOTH 4      /* a sample counts for one of so many */

/* A value above `most` is suffering; one below `calm` is none. */
typedef struct SignalRule
{
	const char *name;
	const char *words;
	double most;
	double calm;
	bool relative; /* both are added to what is so while the backfill is gentle, ... */
	double factor; /* ... times this (half as much more for `calm`); 0: just added */
	bool smooth;   /* counted in glances, a few for each sample */
} SignalRule;

static const SignalRule rules[ZDM_SIGNALS] = {
	[ZDM_SIGNAL_LAG] = {"lag", "a standby or slot is halfway to its limit", 0.5, 0.4},
	[ZDM_SIGNAL_MEMORY] = {"memory", "memory is short", 0.1, 0.05},
	[ZDM_SIGNAL_CPU] = {"cpu", "processors are busy", 0.3, 0.2},
	[ZDM_SIGNAL_RUNNING] = {"running", "processors are busy", 1.0, 0.75, .smooth = true},
	[ZDM_SIGNAL_IO] = {"io", "storage is busy", 0.2, 0.1, .relative = true},
	[ZDM_SIGNAL_WAL] = {"wal", "clients wait for WAL", 0.1, 0.05, true, 1.5, true},
	[ZDM_SIGNAL_LOCKS] = {"locks", "clients wait for locks", 0.1, 0.05, true, 1.5, true},
	[ZDM_SIGNAL_READS] = {"reads", "clients wait for files", 0.2, 0.1, true, 1.5, true},
	[ZDM_SIGNAL_BUFFERS] = {"buffers", "clients wait for buffers", 0.1, 0.05, true, 1.5, true},
	[ZDM_SIGNAL_STEPS] = {"steps", "its own work is slow", 3, 2, .smooth = true},
};

/* How a signal is called in a sample that is given as JSON. */
const char *
zdm_signal_name(ZdmSignal signal)
{
	return rules[signal].name;
}

/* What is so without the backfill is as good as known while it is gentle. */
static void
note_probe(ZdmControl *control, const ZdmSample *sample)
{
	if (control->probed == 0)
		memset(control->sum, 0, sizeof(control->sum));
	for (int s = 0; s < ZDM_SIGNALS; s++)
		control->sum[s] += Max(sample->value[s], 0);
	control->probed++;
}

/* Takes what a probe has found, if it was long enough to tell. */
static void
end_probe(ZdmControl *control)
{
	if (control->probed >= FIRST_PROBE / 2)
	{
		for (int s = 0; s < ZDM_SIGNALS; s++)
			control->base[s] = control->level[s] = control->sum[s] / control->probed;
		control->has_base = true;
	}
	control->probed = 0;
}

/* What a signal may come to; with `calm`, below which it is no reason to stay where one is. */
static double
signal_limit(const ZdmControl *control, ZdmSignal signal, bool calm)
{
	const SignalRule *rule = &rules[signal];
	double base = rule->relative ? control->base[signal] : 0;
	double factor = rule->factor > 0 ? rule->factor : 1;

	if (calm)
		return base * (1 + factor) / 2 + rule->calm;
	return base * factor + rule->most;
}

/* Takes a sample; tells what suffers, or, with `calm`, does not quite suffer.  NULL: nothing. */
static const SignalRule *
what_suffers(const ZdmControl *control, const ZdmSample *sample, bool calm)
{
	for (int s = 0; s < ZDM_SIGNALS; s++)
		if (sample->value[s] >= 0 && control->level[s] > signal_limit(control, s, calm))
			return &rules[s];
	return NULL;
}

/*
 * Takes a sample and returns the pace from now on, of so many workers together.  Without a word on
 * the processors it stays gentle: clients' waits alone don't tell whether there is room.
 */
double
zdm_control_step(ZdmControl *control, const ZdmSample *sample, int workers, int processors)
{
	double room = ZDM_PACE_OF_PROCESSORS * processors;
	const SignalRule *suffers;

	control->held = NULL;
	if (control->pace == 0 || sample->probe || !control->has_base)
	{
		note_probe(control, sample);
		control->pace = Max(control->pace, ZDM_PACE_GENTLE);
		if (!control->has_base && control->probed >= FIRST_PROBE && !sample->probe)
			end_probe(control);
		return ZDM_PACE_GENTLE; /* and then on as before */
	}
	if (control->probed > 0)
		end_probe(control);
	for (int s = 0; s < ZDM_SIGNALS; s++)
		control->level[s] +=
			(Max(sample->value[s], 0) - control->level[s]) / (rules[s].smooth ? SMOOTH : 1);
	if (sample->value[ZDM_SIGNAL_CPU] < 0 && sample->value[ZDM_SIGNAL_RUNNING] < 0)
		control->pace = ZDM_PACE_GENTLE;
	else if ((suffers = what_suffers(control, sample, false)) != NULL)
	{
		control->held = suffers->words;
		if (control->rest == 0)
		{
			control->pace = Max(control->pace / 2, ZDM_PACE_GENTLE);
			control->rest = REST;
			return control->pace;
		}
	}
	else if ((suffers = what_suffers(control, sample, true)) != NULL)
		control->held = suffers->words;
	else if (control->rest == 0)
		control->pace = Min(control->pace + STEP_UP, Min(ZDM_PACE_MOST * workers, room));
	if (control->held == NULL && control->pace >= room)
		control->held = "it takes a quarter of the processors at most";
	control->rest = Max(control->rest - 1, 0);
	return control->pace;
}
