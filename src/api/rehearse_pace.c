/*
 * rehearse_pace.c
 *		What the controller of the pace makes of samples that are given.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/tuplestore.h"

#include "base/json.h"
#include "fill/control.h"

PG_FUNCTION_INFO_V1(zdm_rehearse_pace);

/* Reads one sample: an object of numbers, and a boolean "probe".  What is left out is not known. */
static void
read_sample(Jsonb *json, ZdmSample *sample)
{
	for (int s = 0; s < ZDM_SIGNALS; s++)
	{
		char *value = zdm_json_string(json, zdm_signal_name(s));

		sample->value[s] = value ? strtod(value, NULL) : -1;
	}
	sample->probe = zdm_json_bool(json, "probe", false);
}

/*
 * zdm.rehearse_pace(samples, workers, processors): the pace of all workers together after each of
 * the samples, and what keeps it from going up.
 */
Datum
zdm_rehearse_pace(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	Jsonb *samples = PG_GETARG_JSONB_P(0);
	int workers = PG_GETARG_INT32(1);
	int processors = PG_GETARG_INT32(2);
	ZdmControl control = {0};

	if (!JB_ROOT_IS_ARRAY(samples))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("samples must be an array of objects")));
	if (workers < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("workers is out of range"),
						errdetail("It is %d, and must be 1 at least.", workers)));
	if (processors < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("processors is out of range"),
				 errdetail("It is %d, and must be 1 at least.", processors)));
	InitMaterializedSRF(fcinfo, 0);
	for (uint32 i = 0; i < JB_ROOT_COUNT(samples); i++)
	{
		JsonbValue *value = getIthJsonbValueFromContainer(&samples->root, i);
		Jsonb *object = JsonbValueToJsonb(value);
		ZdmSample sample;
		double pace;
		Datum values[3];
		bool nulls[3] = {false};

		CHECK_FOR_INTERRUPTS();
		if (!JB_ROOT_IS_OBJECT(object))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("samples must be an array of objects")));
		read_sample(object, &sample);
		pace = zdm_control_step(&control, &sample, workers, processors);
		values[0] = Int32GetDatum((int) i + 1);
		values[1] = DirectFunctionCall3(numeric_in, CStringGetDatum(psprintf("%.3f", pace)),
										ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
		nulls[2] = control.held == NULL;
		values[2] = nulls[2] ? (Datum) 0 : CStringGetTextDatum(control.held);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}
