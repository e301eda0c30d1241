-- The tables of a new database, for PostgreSQL 18 and later. Made by `make schema`: do not edit.
SET LOCAL check_function_bodies = false;
SELECT set_config('search_path', '', true);
CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);
CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);
CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);
CREATE FUNCTION public.exhibits_custody_kept() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM retention_destructionitem i JOIN retention_destruction d ON d.id = i.destruction_id
        WHERE i.case_id = OLD.case_id AND d.state = 'begun'
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'an entry of custody is never changed: write a correcting entry' USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION public.letters_version_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' AND coalesce(current_setting('tipline.sees', true), '') = 'everything' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a version of a letter is not changed (%)', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;
CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;
CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;
CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);
CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;
CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;
CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;
CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;
CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;
CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;
CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;
CREATE FUNCTION public.safeguarding_never_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are added to and never changed', TG_TABLE_NAME;
END
$$;
CREATE FUNCTION public.tipline_case_told(wanted bigint) RETURNS jsonb
    LANGUAGE sql STABLE STRICT SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'public'
    AS $$
  SELECT jsonb_build_object('id', c.id, 'number', c.number, 'agency', a.code, 'operations', (
    SELECT coalesce(jsonb_agg(o.name ORDER BY m.id), '[]')
    FROM public.operations_membership m JOIN public.operations_operation o ON o.id = m.operation_id
    WHERE m.case_id = c.id AND m.taken_out_at IS NULL
      AND (current_setting('tipline.sees', true) = 'everything' OR o.id = ANY (public.tipline_my_operations()))))
  FROM public.cases_case c
  JOIN public.agencies_agency a ON a.id = c.agency_id
  WHERE c.id = wanted
    AND (current_setting('tipline.sees', true) = 'everything'
         OR EXISTS (SELECT 1 FROM public.cases_casereport l JOIN public.reports_holding h ON h.report_id = l.report_id
                    WHERE l.case_id = wanted
                      AND h.agency_id = ANY (nullif(current_setting('tipline.agencies', true), '')::bigint[])))
$$;
CREATE FUNCTION public.tipline_counts(wanted bigint) RETURNS TABLE(figure text, part text, value double precision)
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'public'
    AS $$
  WITH allowed AS MATERIALIZED (
    SELECT a.id, a.timezone FROM public.agencies_agency a
    WHERE a.id = wanted
      AND (current_setting('tipline.sees', true) = 'everything'
           OR a.id = ANY (nullif(current_setting('tipline.counts', true), '')::bigint[]))
  ), hop AS (
    SELECT DISTINCT ON (f.report_id) f.report_id, f.state, f.state_at
    FROM allowed, public.referrals_referral f
    WHERE f.to_agency_id = allowed.id AND f.state NOT IN ('drafted', 'discarded')
    ORDER BY f.report_id, f.id DESC
  ), held AS MATERIALIZED (
    SELECT CASE WHEN h.held_until IS NULL THEN CASE WHEN hop.state = 'accepted' THEN 'accepted' ELSE 'waiting' END
                WHEN hop.state IN ('returned', 'recalled') THEN 'returned' ELSE 'sent_on' END AS stands,
           to_char(h.held_from AT TIME ZONE allowed.timezone, 'YYYY-MM') AS month,
           extract(epoch FROM hop.state_at - r.received_at) / 86400.0 AS days
    FROM allowed
    JOIN public.reports_holding h ON h.agency_id = allowed.id
    JOIN public.reports_report r ON r.id = h.report_id AND r.channel <> 'reply'
    LEFT JOIN hop ON hop.report_id = h.report_id
  ), months AS (
    SELECT to_char(date_trunc('month', now() AT TIME ZONE allowed.timezone) - make_interval(months => n), 'YYYY-MM') AS month
    FROM allowed, generate_series(0, 11) AS n
  )
  SELECT 'held', s.stands, count(held.stands)::double precision
  FROM allowed CROSS JOIN unnest(ARRAY['waiting', 'accepted', 'sent_on', 'returned']) AS s(stands)
  LEFT JOIN held ON held.stands = s.stands
  GROUP BY s.stands
  UNION ALL
  SELECT 'month', months.month, count(held.month)::double precision
  FROM months LEFT JOIN held ON held.month = months.month
  GROUP BY months.month
  UNION ALL
  SELECT 'days', '', percentile_cont(0.5) WITHIN GROUP (ORDER BY held.days)
  FROM held WHERE held.stands = 'accepted'
  HAVING count(*) > 0
$$;
CREATE FUNCTION public.tipline_desk_clocked() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  UPDATE public.referrals_deskrow d SET gone_at = n.next_likely_gone_at, all_gone_at = n.all_gone_at FROM changed n
  WHERE d.report_id = n.report_id
    AND (d.gone_at, d.all_gone_at) IS DISTINCT FROM (n.next_likely_gone_at, n.all_gone_at);
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_desk_place(reports bigint[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
  INSERT INTO public.referrals_deskrow AS d
    (report_id, agency_id, pile, urgent, priority, since, due_at, remind_at, gone_at, all_gone_at)
  SELECT h.report_id, h.agency_id,
    CASE WHEN h.held_until IS NOT NULL THEN 'sent-on' WHEN f.state = 'accepted' THEN 'accepted' ELSE 'new' END,
    r.escalated, s.score, h.held_from,
    CASE WHEN h.held_until IS NULL AND f.lead AND f.state IN ('sent', 'received', 'acknowledged') THEN f.due_at END,
    CASE WHEN h.held_until IS NULL AND f.lead AND f.state IN ('sent', 'received', 'acknowledged') THEN f.remind_at END,
    c.next_likely_gone_at, c.all_gone_at
  FROM public.reports_holding h
  JOIN public.reports_report r ON r.id = h.report_id AND r.destroyed_at IS NULL
  LEFT JOIN LATERAL (
    SELECT f.state, f.lead, f.due_at, f.remind_at FROM public.referrals_referral f
    WHERE f.report_id = h.report_id AND f.to_agency_id = h.agency_id
      AND f.state IN ('sent', 'received', 'acknowledged', 'merged', 'accepted')
    ORDER BY (f.lead <> h.joint) DESC, f.id DESC LIMIT 1
  ) f ON true
  LEFT JOIN public.triage_score s ON s.report_id = h.report_id AND s.kind = 'priority'
  LEFT JOIN public.attribution_reportclock c ON c.report_id = h.report_id
  WHERE h.report_id = ANY (reports)
    AND r.channel <> 'reply' -- what an agency filed itself of a reply lies in its case, not on the desk
  ORDER BY h.report_id, h.agency_id
  ON CONFLICT (report_id, agency_id) DO UPDATE
    SET pile = EXCLUDED.pile, since = EXCLUDED.since, due_at = EXCLUDED.due_at, remind_at = EXCLUDED.remind_at
    WHERE (d.pile, d.since, d.due_at, d.remind_at) IS DISTINCT FROM
      (EXCLUDED.pile, EXCLUDED.since, EXCLUDED.due_at, EXCLUDED.remind_at)
$$;
CREATE FUNCTION public.tipline_desk_placed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  PERFORM public.tipline_desk_place(ARRAY(SELECT DISTINCT report_id FROM changed ORDER BY report_id));
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_desk_reported() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  UPDATE public.referrals_deskrow d SET urgent = n.escalated FROM changed n JOIN before o ON o.id = n.id
  WHERE n.escalated <> o.escalated AND d.report_id = n.id;
  DELETE FROM public.referrals_deskrow d USING changed n JOIN before o ON o.id = n.id
  WHERE n.destroyed_at IS NOT NULL AND o.destroyed_at IS NULL AND d.report_id = n.id;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_desk_scored() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  UPDATE public.referrals_deskrow d SET priority = n.score FROM changed n
  WHERE n.kind = 'priority' AND d.report_id = n.report_id AND d.priority IS DISTINCT FROM n.score;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_discard_drafts(reports bigint[], at timestamp with time zone, agency bigint, person bigint, label text) RETURNS TABLE(referral_id bigint, report_id bigint)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
  WITH was AS MATERIALIZED (
    SELECT r.id, r.report_id FROM public.referrals_referral r
    WHERE r.report_id = ANY (reports) AND r.state = 'drafted'
      AND (current_setting('tipline.sees', true) = 'everything' OR EXISTS (
        SELECT 1 FROM public.reports_holding h WHERE h.report_id = r.report_id
          AND h.agency_id = ANY (nullif(current_setting('tipline.agencies', true), '')::bigint[])))
    ORDER BY r.id FOR UPDATE OF r
  ), gone AS (
    UPDATE public.referrals_referral r SET state = 'discarded', state_at = at FROM was WHERE r.id = was.id
  )
  INSERT INTO public.referrals_referralevent AS e
    (referral_id, report_id, act, before, after, at, agency_id, person_id, label, reason)
  SELECT was.id, was.report_id, 'discard', 'drafted', 'discarded', at, agency, person, label, '' FROM was ORDER BY was.id
  RETURNING e.referral_id, e.report_id
$$;
CREATE FUNCTION public.tipline_federate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.parties_remotedesk) THEN RETURN NULL; END IF;
  -- what we send down, and take back
  INSERT INTO public.federation_outgoing (peer_id, kind, referral_id, report_id, act, reason, at, next_at)
  SELECT d.peer_id, CASE WHEN e.act = 'send' THEN 'referral' ELSE 'recall' END, r.id, r.report_id, e.act, e.reason, e.at, e.at
  FROM added e JOIN public.referrals_referral r ON r.id = e.referral_id
  JOIN public.parties_remotedesk d ON d.agency_id = r.to_agency_id
  WHERE e.act IN ('send', 'recall', 'reroute', 'take_over')
    AND NOT EXISTS (SELECT 1 FROM public.parties_remotedesk o WHERE o.agency_id = r.from_agency_id)
  ORDER BY e.id;
  -- what our desks do with what came to them
  INSERT INTO public.federation_outgoing (peer_id, kind, referral_id, report_id, act, reason, at, next_at)
  SELECT d.peer_id, 'state', r.id, r.report_id, e.act, e.reason, e.at, e.at
  FROM added e JOIN public.referrals_referral r ON r.id = e.referral_id
  JOIN public.parties_remotedesk d ON d.agency_id = r.from_agency_id
  JOIN public.records_hoporigin h ON h.referral_id = r.id
  WHERE e.act NOT IN ('send', 'draft', 'discard', 'recall', 'reroute')
  ORDER BY e.id;
  -- how it goes further down than the hop by which it came
  INSERT INTO public.federation_outgoing (peer_id, kind, referral_id, report_id, act, reason, agency, at, next_at)
  SELECT d.peer_id, 'progress', up.id, r.report_id, e.act, e.reason, a.code, e.at, e.at
  FROM added e JOIN public.referrals_referral r ON r.id = e.referral_id
  JOIN public.agencies_agency a ON a.id = r.to_agency_id
  JOIN public.records_hoporigin h ON h.report_id = r.report_id AND h.referral_id <> r.id
  JOIN public.referrals_referral up ON up.id = h.referral_id AND up.state NOT IN ('returned', 'recalled')
  JOIN public.parties_remotedesk d ON d.agency_id = up.from_agency_id
  WHERE e.act NOT IN ('draft', 'discard')
    AND NOT EXISTS (SELECT 1 FROM public.records_hoporigin own WHERE own.referral_id = r.id)
  ORDER BY e.id;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_federate_feedback_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.parties_remotedesk) THEN RETURN NULL; END IF;
  
  INSERT INTO public.federation_outgoing (peer_id, kind, referral_id, report_id, act, judgement_id, at, next_at)
  SELECT d.peer_id, 'feedback', up.id, n.report_id, CASE WHEN n.withdrawn_at IS NULL THEN 'record' ELSE 'withdraw' END, n.id,
    coalesce(n.withdrawn_at, n.at), coalesce(n.withdrawn_at, n.at)
  FROM changed n 
  JOIN public.records_hoporigin h ON h.report_id = n.report_id
  JOIN public.referrals_referral up ON up.id = h.referral_id
  JOIN public.parties_remotedesk d ON d.agency_id = up.from_agency_id
 WHERE n.uid = '' OR n.uid LIKE 'urn:%' ORDER BY n.id;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_federate_feedback_withdrawn() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.parties_remotedesk) THEN RETURN NULL; END IF;
  
  INSERT INTO public.federation_outgoing (peer_id, kind, referral_id, report_id, act, judgement_id, at, next_at)
  SELECT d.peer_id, 'feedback', up.id, n.report_id, CASE WHEN n.withdrawn_at IS NULL THEN 'record' ELSE 'withdraw' END, n.id,
    coalesce(n.withdrawn_at, n.at), coalesce(n.withdrawn_at, n.at)
  FROM (SELECT c.* FROM changed c JOIN before b ON b.id = c.id WHERE c.withdrawn_at IS DISTINCT FROM b.withdrawn_at) n 
  JOIN public.records_hoporigin h ON h.report_id = n.report_id
  JOIN public.referrals_referral up ON up.id = h.referral_id
  JOIN public.parties_remotedesk d ON d.agency_id = up.from_agency_id
 WHERE n.uid = '' OR n.uid LIKE 'urn:%' ORDER BY n.id;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_federate_outcome_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.parties_remotedesk) THEN RETURN NULL; END IF;
  
  INSERT INTO public.federation_outgoing (peer_id, kind, referral_id, report_id, act, outcome_id, at, next_at)
  SELECT d.peer_id, 'outcome', up.id, n.report_id, CASE WHEN n.withdrawn_at IS NULL THEN 'record' ELSE 'withdraw' END, n.id,
    coalesce(n.withdrawn_at, n.recorded_at), coalesce(n.withdrawn_at, n.heard_at, n.recorded_at)
  FROM changed n 
  JOIN public.records_hoporigin h ON h.report_id = n.report_id
  JOIN public.referrals_referral up ON up.id = h.referral_id
  JOIN public.parties_remotedesk d ON d.agency_id = up.from_agency_id
 ORDER BY n.id;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_federate_outcome_withdrawn() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.parties_remotedesk) THEN RETURN NULL; END IF;
  
  INSERT INTO public.federation_outgoing (peer_id, kind, referral_id, report_id, act, outcome_id, at, next_at)
  SELECT d.peer_id, 'outcome', up.id, n.report_id, CASE WHEN n.withdrawn_at IS NULL THEN 'record' ELSE 'withdraw' END, n.id,
    coalesce(n.withdrawn_at, n.recorded_at), coalesce(n.withdrawn_at, n.heard_at, n.recorded_at)
  FROM (SELECT c.* FROM changed c JOIN before b ON b.id = c.id WHERE c.withdrawn_at IS DISTINCT FROM b.withdrawn_at) n 
  JOIN public.records_hoporigin h ON h.report_id = n.report_id
  JOIN public.referrals_referral up ON up.id = h.referral_id
  JOIN public.parties_remotedesk d ON d.agency_id = up.from_agency_id
 ORDER BY n.id;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_federate_retention() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.parties_remotedesk) THEN RETURN NULL; END IF;
  
  INSERT INTO public.federation_outgoing (peer_id, kind, referral_id, report_id, act, reason, at, next_at)
  SELECT d.peer_id, 'retention', n.referral_id, n.report_id, CASE WHEN n.destroyed_at IS NULL THEN 'keep' ELSE 'destroy' END,
    CASE WHEN n.destroyed_at IS NULL THEN n.kept_why ELSE '' END, coalesce(n.destroyed_at, n.kept_at), coalesce(n.destroyed_at, n.kept_at)
  FROM changed n JOIN before b ON b.id = n.id
  JOIN public.parties_remotedesk d ON d.agency_id = n.from_agency_id
  WHERE n.destroyed_at IS DISTINCT FROM b.destroyed_at OR n.kept_at IS DISTINCT FROM b.kept_at
  ORDER BY n.id;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_forget_case_rows(which text, given bigint[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $_$
DECLARE
    taken bigint;
BEGIN
    IF which NOT IN ('cases_diaryentry', 'cases_standingchange', 'cases_officerchange', 'cases_offenceact',
                     'cases_firentry', 'cases_preliminaryenquiry', 'cases_caseending') THEN
        RAISE EXCEPTION 'table % is not taken with a case', which;
    END IF;
    EXECUTE format(
        'DELETE FROM public.%I t WHERE t.case_id = ANY ($1) AND EXISTS (SELECT 1 FROM public.retention_destructionitem i'
        ' JOIN public.retention_destruction d ON d.id = i.destruction_id'
        ' WHERE i.case_id = t.case_id AND i.live AND d.state = ''begun'')', which) USING given;
    GET DIAGNOSTICS taken = ROW_COUNT;
    RETURN taken;
END $_$;
CREATE FUNCTION public.tipline_links_of(wanted bigint, of_each integer, in_all integer) RETURNS jsonb
    LANGUAGE sql STABLE STRICT SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'public'
    AS $$
  SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
    SELECT o.report_id AS far, m.stated_id AS stated, m.rule, least(m.strength, o.strength) AS weight, h.identifier_id IS NOT NULL AS hub,
      EXISTS (SELECT 1 FROM public.linking_cut c WHERE c.identifier_id = m.identifier_id AND c.ended_at IS NULL
              AND (c.report_id IS NULL OR c.report_id IN (wanted, o.report_id))) AS cut
    FROM public.linking_edge m
    LEFT JOIN public.linking_hub h ON h.identifier_id = m.identifier_id
    CROSS JOIN LATERAL (SELECT e.report_id, e.strength FROM public.linking_edge e
                        WHERE e.identifier_id = m.identifier_id AND e.report_id <> wanted LIMIT of_each) o
    WHERE m.report_id = wanted
      AND (current_setting('tipline.sees', true) = 'everything'
           OR EXISTS (SELECT 1 FROM public.reports_holding d WHERE d.report_id = wanted
                      AND d.agency_id = ANY (nullif(current_setting('tipline.agencies', true), '')::bigint[])))
    ORDER BY hub, weight DESC, far LIMIT in_all) x
$$;
CREATE FUNCTION public.tipline_my_operations() RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'public'
    AS $$
  SELECT coalesce(array_agg(DISTINCT m.operation_id), '{}') FROM public.operations_operationmember m
  WHERE m.ended_at IS NULL
    AND (m.person_id = nullif(current_setting('tipline.asker', true), '')::bigint
         OR m.agency_id = nullif(current_setting('tipline.home', true), '')::bigint)
$$;
CREATE FUNCTION public.tipline_note_case() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  INSERT INTO public.operations_changed (case_id) SELECT n.id FROM changed n;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_note_case_report() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  INSERT INTO public.operations_changed (report_id, case_id) SELECT DISTINCT n.report_id, n.case_id FROM changed n;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_note_link() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  INSERT INTO public.operations_changed (report_id) SELECT min(n.report_id) FROM changed n HAVING count(*) > 0;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_note_membership() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  INSERT INTO public.operations_changed (report_id) SELECT n.report_id FROM changed n WHERE n.report_id IS NOT NULL UNION SELECT l.report_id FROM changed n JOIN public.cases_casereport l ON l.case_id = n.case_id;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_note_of_case() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  INSERT INTO public.operations_changed (case_id) SELECT DISTINCT n.case_id FROM changed n;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_note_of_report() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  INSERT INTO public.operations_changed (report_id) SELECT DISTINCT n.report_id FROM changed n;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_note_report() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  INSERT INTO public.operations_changed (report_id) SELECT n.id FROM changed n JOIN before o ON o.id = n.id WHERE (n.state, n.reporter_id, n.received_at, n.destroyed_at) IS DISTINCT FROM (o.state, o.reporter_id, o.received_at, o.destroyed_at);
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_note_tree() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM changed n JOIN before o ON o.id = n.id AND o.parent_id IS DISTINCT FROM n.parent_id) THEN
    UPDATE public.operations_rule SET scan_reports_below = 9223372036854775807, scan_cases_below = 9223372036854775807, scan_from = NULL
    WHERE ended_at IS NULL;
  END IF;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_outcome_counts(wanted bigint) RETURNS TABLE(figure text, part text, value double precision)
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'public'
    AS $$
  WITH allowed AS MATERIALIZED (
    SELECT a.id FROM public.agencies_agency a
    WHERE a.id = wanted
      AND (current_setting('tipline.sees', true) = 'everything'
           OR a.id = ANY (nullif(current_setting('tipline.counts', true), '')::bigint[]))
  ), held AS MATERIALIZED (
    SELECT h.report_id, r.received_at
    FROM allowed JOIN public.reports_holding h ON h.agency_id = allowed.id JOIN public.reports_report r ON r.id = h.report_id
  ), told AS MATERIALIZED (
    SELECT t.report_id, t.outcome_id, t.kind, t.number, t.recorded_at, held.received_at, o.case_id, t.heard_at IS NOT NULL AS heard,
           CASE WHEN o.case_id IS NULL THEN -t.report_id ELSE o.case_id END AS subject
    FROM held JOIN public.outcomes_reportoutcome t ON t.report_id = held.report_id AND t.withdrawn_at IS NULL
    JOIN public.outcomes_outcome o ON o.id = t.outcome_id
  ), newest_told AS (
    SELECT DISTINCT ON (told.subject, told.kind) told.subject, told.kind, told.number, told.outcome_id, told.heard
    FROM told ORDER BY told.subject, told.kind, told.outcome_id DESC
  ), newest AS (
    SELECT DISTINCT ON (n.kind, n.heard, CASE WHEN n.heard THEN n.outcome_id ELSE n.subject END) n.subject, n.kind, n.number
    FROM newest_told n ORDER BY n.kind, n.heard, CASE WHEN n.heard THEN n.outcome_id ELSE n.subject END, n.subject
  ), firsts AS (
    SELECT told.report_id, extract(epoch FROM min(told.recorded_at) - min(told.received_at)) / 86400.0 AS days
    FROM told GROUP BY told.report_id
  ), cases AS (
    SELECT DISTINCT c.id, c.state,
           EXISTS (SELECT 1 FROM public.outcomes_outcome o WHERE o.case_id = c.id AND o.withdrawn_at IS NULL) AS told
    FROM held JOIN public.cases_casereport cr ON cr.report_id = held.report_id
    JOIN public.cases_case c ON c.id = cr.case_id AND c.destroyed_at IS NULL
  )
  SELECT 'kind', newest.kind, count(*)::double precision FROM newest GROUP BY newest.kind
  UNION ALL
  SELECT 'number', newest.kind, sum(newest.number)::double precision FROM newest WHERE newest.number IS NOT NULL GROUP BY newest.kind
  UNION ALL
  SELECT 'reports', 'told', count(*)::double precision FROM firsts
  UNION ALL
  SELECT 'reports', 'untold', ((SELECT count(*) FROM held) - (SELECT count(*) FROM firsts))::double precision
  UNION ALL
  SELECT 'days', '', percentile_cont(0.5) WITHIN GROUP (ORDER BY firsts.days) FROM firsts HAVING count(*) > 0
  UNION ALL
  SELECT 'cases', CASE WHEN cases.told THEN 'with' ELSE cases.state || '_without' END, count(*)::double precision
  FROM cases GROUP BY 2
$$;
CREATE FUNCTION public.tipline_overseen(overseer bigint) RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  WITH RECURSIVE seen(id, below) AS (
    SELECT o.overseen_id, o.with_below FROM agencies_oversight o WHERE o.overseer_id = overseer
    UNION
    SELECT a.id, true FROM agencies_agency a JOIN seen s ON a.parent_id = s.id AND s.below
  )
  SELECT coalesce(array_agg(DISTINCT id), '{}') FROM seen
$$;
CREATE FUNCTION public.tipline_request_rates(wanted bigint[], known text[]) RETURNS TABLE(holder text, holder_name text, kind text, sent integer, replied integer, in_full integer, useful integer, useful_of integer, median_days double precision, p90_days double precision, outstanding integer, oldest timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'public'
    AS $$
  WITH allowed AS MATERIALIZED (
    SELECT a.id FROM public.agencies_agency a
    WHERE a.id = ANY (wanted)
      AND (current_setting('tipline.sees', true) = 'everything'
           OR a.id = ANY (nullif(current_setting('tipline.counts', true), '')::bigint[])
           OR a.id = ANY (nullif(current_setting('tipline.agencies', true), '')::bigint[]))
  ), asked AS (
    SELECT CASE WHEN known IS NULL OR r.holder_kind = 'network' OR r.holder_key = ANY (known) THEN r.holder_key ELSE '*' END AS holder,
           r.holder_name, r.kind, r.sent_at, r.replied_at, r.answer, r.usefulness, r.ended_at,
           extract(epoch FROM r.replied_at - r.sent_at) / 86400.0 AS days
    FROM allowed JOIN public.process_request r ON r.agency_id = allowed.id
    WHERE r.sent_at IS NOT NULL AND r.state <> 'withdrawn'
  )
  SELECT coalesce(a.holder, ''), coalesce(max(a.holder_name), ''), coalesce(a.kind, ''), count(*)::integer,
         count(a.replied_at)::integer,
         count(*) FILTER (WHERE a.answer = 'full')::integer,
         count(*) FILTER (WHERE a.usefulness IN ('identified', 'narrowed'))::integer,
         count(*) FILTER (WHERE a.usefulness <> '')::integer,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY a.days),
         percentile_cont(0.9) WITHIN GROUP (ORDER BY a.days),
         count(*) FILTER (WHERE a.replied_at IS NULL AND a.ended_at IS NULL)::integer,
         min(a.sent_at) FILTER (WHERE a.replied_at IS NULL AND a.ended_at IS NULL)
  FROM asked a
  GROUP BY GROUPING SETS ((a.holder, a.kind), (a.holder), (a.kind), ())
  HAVING count(*) > 0
$$;
CREATE FUNCTION public.tipline_sees_report(wanted bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'public'
    AS $$
  SELECT EXISTS (SELECT 1 FROM public.reports_holding h WHERE h.report_id = wanted
                 AND h.agency_id = ANY (nullif(current_setting('tipline.agencies', true), '')::bigint[]))
      OR EXISTS (SELECT 1 FROM public.reports_report r WHERE r.id = wanted
                 AND r.reporter_id = nullif(current_setting('tipline.provider', true), '')::bigint)
$$;
CREATE FUNCTION public.tipline_stale_case() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  INSERT INTO public.statistics_stale (report_id) SELECT DISTINCT cr.report_id FROM changed n JOIN public.cases_casereport cr ON cr.case_id = n.id;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_stale_of_case() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  INSERT INTO public.statistics_stale (report_id) SELECT DISTINCT cr.report_id FROM changed n JOIN public.cases_casereport cr ON cr.case_id = n.case_id;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_stale_of_report() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  INSERT INTO public.statistics_stale (report_id) SELECT DISTINCT n.report_id FROM changed n;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_stale_reply() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  INSERT INTO public.statistics_stale (report_id) SELECT DISTINCT f.report_id FROM changed n JOIN public.replies_replyfinding f ON f.reply_id = n.id;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_stale_report() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  INSERT INTO public.statistics_stale (report_id) SELECT n.id FROM changed n WHERE n.state NOT IN ('open', 'expired') AND n.processing <> 'waiting';
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_stale_request() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  INSERT INTO public.statistics_stale (request_id) SELECT n.id FROM changed n WHERE n.sent_at IS NOT NULL;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.tipline_stale_zone() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
  INSERT INTO public.statistics_stale (report_id, request_id) SELECT h.report_id, NULL FROM changed n JOIN before o ON o.id = n.id AND o.timezone <> n.timezone JOIN public.reports_holding h ON h.agency_id = n.id UNION ALL SELECT NULL, q.id FROM changed n JOIN before o ON o.id = n.id AND o.timezone <> n.timezone JOIN public.process_request q ON q.agency_id = n.id AND q.sent_at IS NOT NULL;
  RETURN NULL;
END
$$;
CREATE FUNCTION public.training_mine() RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$ SELECT ARRAY(SELECT e.id FROM training_courses_enrolment e JOIN training_courses_trainee t ON t.id = e.trainee_id WHERE t.user_id = ((SELECT nullif(current_setting('tipline.trains', true), ''))::bigint) AND e.withdrawn_at IS NULL) $$;
CREATE FUNCTION public.training_my_courses() RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$ SELECT ARRAY(SELECT e.course_id FROM training_courses_enrolment e JOIN training_courses_trainee t ON t.id = e.trainee_id WHERE t.user_id = ((SELECT nullif(current_setting('tipline.trains', true), ''))::bigint) AND e.withdrawn_at IS NULL) $$;
CREATE FUNCTION public.training_only_in_range() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM training_stamp WHERE kind = 'range') THEN
        RAISE EXCEPTION 'training happens in a training range: this database is not one';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.training_stamp_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the stamp of a database is never changed';
END $$;
CREATE FUNCTION public.training_taught() RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$ SELECT ARRAY(SELECT i.course_id FROM training_courses_instructor i WHERE i.user_id = ((SELECT nullif(current_setting('tipline.trains', true), ''))::bigint)) $$;
CREATE FUNCTION public.training_taught_enrolments() RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$ SELECT ARRAY(SELECT e.id FROM training_courses_enrolment e WHERE e.course_id IN (SELECT i.course_id FROM training_courses_instructor i WHERE i.user_id = ((SELECT nullif(current_setting('tipline.trains', true), ''))::bigint))) $$;
CREATE FUNCTION public.training_taught_trainees() RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$ SELECT ARRAY(SELECT e.trainee_id FROM training_courses_enrolment e WHERE e.course_id IN (SELECT i.course_id FROM training_courses_instructor i WHERE i.user_id = ((SELECT nullif(current_setting('tipline.trains', true), ''))::bigint))) $$;
CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);
ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_apitoken (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    token_hash character varying(64) NOT NULL,
    scopes character varying(20)[] NOT NULL,
    networks character varying(49)[] NOT NULL,
    addresses character varying(49)[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    person_id bigint NOT NULL,
    CONSTRAINT token_hash_shape CHECK (((token_hash)::text ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT token_scopes_known CHECK (((scopes <@ ARRAY['reports:read'::character varying(20), 'cases:read'::character varying(20), 'counts:read'::character varying(20), 'log:read'::character varying(20), 'reports:write'::character varying(20), 'cases:write'::character varying(20), 'requests:write'::character varying(20), 'outcomes:write'::character varying(20), 'operations:read'::character varying(20), 'hashes:read'::character varying(20), 'packages:read'::character varying(20), 'packages:write'::character varying(20), 'links:read'::character varying(20), 'links:write'::character varying(20), 'webhooks:read'::character varying(20), 'webhooks:write'::character varying(20)]) AND (
CASE
    WHEN (scopes IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(scopes, 1), 0)
END > 0)))
);
COMMENT ON TABLE public.accounts_apitoken IS 'API tokens: hashes, scopes and ends';
COMMENT ON COLUMN public.accounts_apitoken.name IS 'what it is for, as the person wrote it';
COMMENT ON COLUMN public.accounts_apitoken.token_hash IS 'SHA-256; the token itself is nowhere';
COMMENT ON COLUMN public.accounts_apitoken.networks IS 'CIDR; empty: from everywhere';
COMMENT ON COLUMN public.accounts_apitoken.addresses IS 'where it was used from, the latest last; IPv6 by its /64';
COMMENT ON COLUMN public.accounts_apitoken.last_used_at IS 'to the minute';
ALTER TABLE public.accounts_apitoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_apitoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_reporter (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    username character varying(150) NOT NULL,
    active boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL,
    burst integer,
    bytes_per_day bigint,
    calls_per_second double precision,
    kind character varying(10) DEFAULT 'provider'::character varying NOT NULL,
    networks character varying(49)[] DEFAULT '{}'::character varying[] NOT NULL,
    reports_per_day integer,
    CONSTRAINT reporter_kind_known CHECK (((kind)::text = ANY (ARRAY[('provider'::character varying)::text, ('public'::character varying)::text, ('reply'::character varying)::text, ('peer'::character varying)::text]))),
    CONSTRAINT reporter_limits_sane CHECK ((((calls_per_second IS NULL) OR (calls_per_second > (0.0)::double precision)) AND ((burst IS NULL) OR (burst > 0)) AND ((reports_per_day IS NULL) OR (reports_per_day >= 0)) AND ((bytes_per_day IS NULL) OR (bytes_per_day >= 0))))
);
COMMENT ON TABLE public.accounts_reporter IS 'Providers (ESPs) that file at the door, and the public form';
COMMENT ON COLUMN public.accounts_reporter.agency_id IS 'the clearinghouse that receives what this provider files';
COMMENT ON COLUMN public.accounts_reporter.burst IS 'how much its token bucket holds; null: the default';
COMMENT ON COLUMN public.accounts_reporter.bytes_per_day IS 'quota of uploads of a UTC day; null: none';
COMMENT ON COLUMN public.accounts_reporter.calls_per_second IS 'how fast its token bucket fills; null: the default';
COMMENT ON COLUMN public.accounts_reporter.networks IS 'CIDR; empty: from everywhere';
COMMENT ON COLUMN public.accounts_reporter.reports_per_day IS 'quota of a UTC day; null: none';
ALTER TABLE public.accounts_reporter ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_reporter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_reportercredential (
    id bigint NOT NULL,
    label character varying(60) NOT NULL,
    password_hash character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    valid_until timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    reporter_id bigint NOT NULL,
    sandbox boolean DEFAULT false NOT NULL
);
COMMENT ON TABLE public.accounts_reportercredential IS 'Passwords of providers for the door, old ones with their end';
COMMENT ON COLUMN public.accounts_reportercredential.password_hash IS 'argon2id; the password itself is nowhere';
COMMENT ON COLUMN public.accounts_reportercredential.valid_until IS 'null: until it is rotated or revoked';
COMMENT ON COLUMN public.accounts_reportercredential.last_used_at IS 'to the hour';
COMMENT ON COLUMN public.accounts_reportercredential.sandbox IS 'opens the sandbox alone, by whatever address it comes';
ALTER TABLE public.accounts_reportercredential ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_reportercredential_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_tries (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    key character varying(64) NOT NULL,
    count integer NOT NULL,
    since timestamp with time zone NOT NULL,
    locked_until timestamp with time zone,
    CONSTRAINT tries_kind_known CHECK (((kind)::text = ANY (ARRAY[('account'::character varying)::text, ('address'::character varying)::text, ('factor'::character varying)::text])))
);
COMMENT ON TABLE public.accounts_tries IS 'Tries to sign in, for limits and lockout';
COMMENT ON COLUMN public.accounts_tries.key IS 'keyed hash of what was tried: no address is kept in the clear';
COMMENT ON COLUMN public.accounts_tries.since IS 'when the first of these tries was made';
COMMENT ON COLUMN public.accounts_tries.locked_until IS 'until when everything is refused';
ALTER TABLE public.accounts_tries ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_tries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_user (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    email character varying(254) NOT NULL,
    name character varying(200) NOT NULL,
    role character varying(20) NOT NULL,
    is_active boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL,
    must_change_password boolean NOT NULL,
    session_epoch integer NOT NULL,
    rank character varying(30) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT user_email_lower_case CHECK (((email)::text = lower((email)::text))),
    CONSTRAINT user_rank_known CHECK (((rank)::text = ANY (ARRAY[(''::character varying)::text, ('constable'::character varying)::text, ('head_constable'::character varying)::text, ('assistant_sub_inspector'::character varying)::text, ('sub_inspector'::character varying)::text, ('assistant_inspector'::character varying)::text, ('inspector'::character varying)::text, ('deputy_superintendent'::character varying)::text, ('superintendent'::character varying)::text]))),
    CONSTRAINT user_role_known CHECK (((role)::text = ANY (ARRAY[('administrator'::character varying)::text, ('desk_officer'::character varying)::text, ('investigator'::character varying)::text, ('supervisor'::character varying)::text, ('analyst'::character varying)::text, ('statistician'::character varying)::text, ('auditor'::character varying)::text, ('trainer'::character varying)::text, ('trainee'::character varying)::text])))
);
COMMENT ON COLUMN public.accounts_user.email IS 'lower case';
COMMENT ON COLUMN public.accounts_user.must_change_password IS 'an administrator made the password: nothing but changing it works until then';
COMMENT ON COLUMN public.accounts_user.session_epoch IS 'counts up when all sessions of the person are to end, at once and everywhere';
COMMENT ON COLUMN public.accounts_user.rank IS 'some acts of law need one (IT Act 2000 s.78: Inspector)';
ALTER TABLE public.accounts_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.agencies_agency (
    id bigint NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    kind character varying(20) NOT NULL,
    timezone character varying(60) NOT NULL,
    languages character varying(60) NOT NULL,
    active boolean NOT NULL,
    parent_id bigint,
    CONSTRAINT agency_code_shape CHECK (((code)::text ~ '^[A-Z0-9]+(-[A-Z0-9]+)*$'::text)),
    CONSTRAINT agency_kind_known CHECK (((kind)::text = ANY (ARRAY[('clearinghouse'::character varying)::text, ('national'::character varying)::text, ('state'::character varying)::text, ('district'::character varying)::text]))),
    CONSTRAINT agency_not_own_parent CHECK ((NOT ((parent_id = id) AND (parent_id IS NOT NULL))))
);
COMMENT ON TABLE public.agencies_agency IS 'Desks: clearinghouse, national, state, district';
COMMENT ON COLUMN public.agencies_agency.code IS 'stable, e.g. IN-MH-JALGAON';
COMMENT ON COLUMN public.agencies_agency.timezone IS 'IANA name; the desk''s local time';
COMMENT ON COLUMN public.agencies_agency.languages IS 'BCP 47 codes, separated by spaces';
COMMENT ON COLUMN public.agencies_agency.active IS 'an inactive desk is never routed to';
COMMENT ON COLUMN public.agencies_agency.parent_id IS 'the agency above, which owns what this one returns';
ALTER TABLE public.agencies_agency ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.agencies_agency_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.agencies_agencyletterhead (
    id bigint NOT NULL,
    station character varying(200) NOT NULL,
    address character varying(500) NOT NULL,
    telephone character varying(60) NOT NULL,
    email character varying(254) NOT NULL,
    committee character varying(500) NOT NULL,
    special_court character varying(500) NOT NULL,
    set_by character varying(254) NOT NULL,
    set_at timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL
);
COMMENT ON TABLE public.agencies_agencyletterhead IS 'Letterheads of desks, and the authorities that their notices go to';
COMMENT ON COLUMN public.agencies_agencyletterhead.station IS 'the police station that registers';
COMMENT ON COLUMN public.agencies_agencyletterhead.address IS 'lines';
COMMENT ON COLUMN public.agencies_agencyletterhead.committee IS 'the Child Welfare Committee of the district, with address';
COMMENT ON COLUMN public.agencies_agencyletterhead.special_court IS 'the Special Court under the POCSO Act, with address';
ALTER TABLE public.agencies_agencyletterhead ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.agencies_agencyletterhead_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.agencies_agreement (
    id bigint NOT NULL,
    reference character varying(300) NOT NULL,
    since date NOT NULL,
    until date,
    set_by character varying(254) NOT NULL,
    from_agency_id bigint NOT NULL,
    to_agency_id bigint NOT NULL,
    data character varying(20)[] DEFAULT '{metadata}'::character varying(20)[] NOT NULL,
    law character varying(300) DEFAULT ''::character varying NOT NULL,
    onward boolean DEFAULT true NOT NULL,
    purposes character varying(200)[] DEFAULT '{}'::character varying(200)[] NOT NULL,
    retention_days integer,
    CONSTRAINT agencies_agreement_retention_days_check CHECK ((retention_days >= 0)),
    CONSTRAINT agreement_between_two CHECK ((NOT (from_agency_id = to_agency_id))),
    CONSTRAINT agreement_data_known CHECK (((data <@ ARRAY['metadata'::character varying(20), 'document'::character varying(20), 'evidence'::character varying(20)]) AND (NOT (data = '{}'::character varying(20)[])))),
    CONSTRAINT agreement_ends_after_start CHECK (((until IS NULL) OR (until >= since))),
    CONSTRAINT agreement_has_reference CHECK ((NOT ((reference)::text = ''::text))),
    CONSTRAINT agreement_retention_counts CHECK (((retention_days IS NULL) OR (retention_days >= 1)))
);
COMMENT ON TABLE public.agencies_agreement IS 'Who may hand reports to whom, since when, and what that rests on';
COMMENT ON COLUMN public.agencies_agreement.reference IS 'the memorandum, order or file that it rests on';
COMMENT ON COLUMN public.agencies_agreement.since IS 'the first day in force';
COMMENT ON COLUMN public.agencies_agreement.until IS 'the first day no longer in force; null: no end is set';
COMMENT ON COLUMN public.agencies_agreement.data IS 'what may travel to another installation: metadata, document, evidence';
COMMENT ON COLUMN public.agencies_agreement.law IS 'the law that it rests on';
COMMENT ON COLUMN public.agencies_agreement.onward IS 'the receiver may hand it on to further installations';
COMMENT ON COLUMN public.agencies_agreement.purposes IS 'for what it may be used';
COMMENT ON COLUMN public.agencies_agreement.retention_days IS 'how long the receiver may keep it; null: by the receiver''s own rules';
ALTER TABLE public.agencies_agreement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.agencies_agreement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.agencies_agreementproposal (
    id bigint NOT NULL,
    asks character varying(4) NOT NULL,
    terms jsonb NOT NULL,
    reason character varying(300) NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    proposed_by character varying(254) NOT NULL,
    verdict character varying(10) NOT NULL,
    decided_at timestamp with time zone,
    decided_by character varying(254) NOT NULL,
    decided_why character varying(300) NOT NULL,
    from_agency_id bigint NOT NULL,
    proposed_by_person_id bigint,
    to_agency_id bigint NOT NULL,
    CONSTRAINT agreementproposal_asks_known CHECK (((asks)::text = ANY (ARRAY[('set'::character varying)::text, ('end'::character varying)::text]))),
    CONSTRAINT agreementproposal_decided_when CHECK ((((decided_at IS NULL) AND ((verdict)::text = 'open'::text)) OR ((NOT ((verdict)::text = 'open'::text)) AND (decided_at IS NOT NULL)))),
    CONSTRAINT agreementproposal_has_reason CHECK ((NOT ((reason)::text = ''::text))),
    CONSTRAINT agreementproposal_verdict_known CHECK (((verdict)::text = ANY (ARRAY[('open'::character varying)::text, ('approved'::character varying)::text, ('refused'::character varying)::text, ('withdrawn'::character varying)::text])))
);
COMMENT ON TABLE public.agencies_agreementproposal IS 'Agreements that somebody proposed, and who decided';
COMMENT ON COLUMN public.agencies_agreementproposal.terms IS 'reference, since, until, law, purposes, data, retention_days, onward; of an end: until';
ALTER TABLE public.agencies_agreementproposal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.agencies_agreementproposal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.agencies_deskcalendar (
    id bigint NOT NULL,
    weekly jsonb NOT NULL,
    closed_days jsonb NOT NULL,
    out_until timestamp with time zone,
    source character varying(300) NOT NULL,
    set_by character varying(254) NOT NULL,
    set_at timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL,
    deputy_id bigint,
    duty_desk_id bigint,
    CONSTRAINT calendar_deputy_is_another CHECK ((NOT ((deputy_id = agency_id) AND (deputy_id IS NOT NULL))))
);
COMMENT ON TABLE public.agencies_deskcalendar IS 'Office hours and leave of desks';
COMMENT ON COLUMN public.agencies_deskcalendar.weekly IS '{"mon": [["09:30", "18:00"]], ...}; a day left out is closed';
COMMENT ON COLUMN public.agencies_deskcalendar.closed_days IS 'ISO dates on which the desk is closed';
COMMENT ON COLUMN public.agencies_deskcalendar.out_until IS 'out of office until then';
COMMENT ON COLUMN public.agencies_deskcalendar.source IS 'what the file says it rests on, and its version';
COMMENT ON COLUMN public.agencies_deskcalendar.deputy_id IS 'acts while this desk is closed';
COMMENT ON COLUMN public.agencies_deskcalendar.duty_desk_id IS 'takes what is urgent for a closed desk below this one that has no deputy';
ALTER TABLE public.agencies_deskcalendar ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.agencies_deskcalendar_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.agencies_jurisdiction (
    id bigint NOT NULL,
    country character varying(2) NOT NULL,
    state character varying(80) NOT NULL,
    district character varying(80) NOT NULL,
    agency_id bigint NOT NULL,
    CONSTRAINT jurisdiction_country_shape CHECK (((country)::text ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT jurisdiction_district_has_state CHECK ((((district)::text = ''::text) OR (NOT ((state)::text = ''::text))))
);
COMMENT ON COLUMN public.agencies_jurisdiction.country IS 'ISO 3166-1 alpha-2';
COMMENT ON COLUMN public.agencies_jurisdiction.state IS 'canonical name; empty: the country';
COMMENT ON COLUMN public.agencies_jurisdiction.district IS 'canonical name; empty: the state';
ALTER TABLE public.agencies_jurisdiction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.agencies_jurisdiction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.agencies_oversight (
    id bigint NOT NULL,
    with_below boolean NOT NULL,
    reason character varying(300) NOT NULL,
    since timestamp with time zone NOT NULL,
    overseen_id bigint NOT NULL,
    overseer_id bigint NOT NULL,
    CONSTRAINT oversight_of_another CHECK ((NOT (overseer_id = overseen_id)))
);
COMMENT ON TABLE public.agencies_oversight IS 'Who oversees whom; without a row nobody does';
COMMENT ON COLUMN public.agencies_oversight.with_below IS 'also every agency below the overseen one';
COMMENT ON COLUMN public.agencies_oversight.reason IS 'the order or agreement that it rests on';
ALTER TABLE public.agencies_oversight ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.agencies_oversight_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.api_answered (
    id bigint NOT NULL,
    key character varying(200) NOT NULL,
    call_sha256 character varying(64) NOT NULL,
    answer jsonb,
    at timestamp with time zone NOT NULL,
    person_id bigint NOT NULL,
    token_id bigint NOT NULL,
    CONSTRAINT answered_digest_shape CHECK (((call_sha256)::text ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT answered_named CHECK ((NOT ((key)::text = ''::text)))
);
COMMENT ON TABLE public.api_answered IS 'Answers to repeated calls, by Idempotency-Key; kept for a week';
COMMENT ON COLUMN public.api_answered.key IS 'the header Idempotency-Key';
COMMENT ON COLUMN public.api_answered.call_sha256 IS 'of method, address and body';
COMMENT ON COLUMN public.api_answered.answer IS 'null only inside the transaction that does the act';
ALTER TABLE public.api_answered ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.api_answered_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.attribution_addressrange (
    id bigint NOT NULL,
    network cidr NOT NULL,
    country character varying(2) NOT NULL,
    state character varying(80) NOT NULL,
    district character varying(80) NOT NULL,
    owner character varying(200) NOT NULL,
    flags character varying(20)[] NOT NULL,
    source_id bigint NOT NULL,
    asn bigint,
    line integer DEFAULT 0 NOT NULL,
    valid_from timestamp with time zone,
    valid_until timestamp with time zone
);
COMMENT ON COLUMN public.attribution_addressrange.line IS 'of the file; 0: imported before lines were kept';
COMMENT ON COLUMN public.attribution_addressrange.valid_from IS 'it was so from then on; null: always';
COMMENT ON COLUMN public.attribution_addressrange.valid_until IS 'it was so until just before; null: it still is';
ALTER TABLE public.attribution_addressrange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.attribution_addressrange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.attribution_attribution (
    id bigint NOT NULL,
    country character varying(2) NOT NULL,
    state character varying(80) NOT NULL,
    district character varying(80) NOT NULL,
    owner character varying(200) NOT NULL,
    flags jsonb NOT NULL,
    confidence double precision NOT NULL,
    abstained boolean NOT NULL,
    explanation text NOT NULL,
    sources jsonb NOT NULL,
    stage_version character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    report_id bigint NOT NULL,
    sighting_id bigint NOT NULL,
    asn bigint,
    confidences jsonb DEFAULT '{}'::jsonb NOT NULL,
    guesses jsonb DEFAULT '[]'::jsonb NOT NULL,
    level character varying(8) DEFAULT ''::character varying NOT NULL,
    model_version character varying(20) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT attribution_confidence_range CHECK (((confidence >= (0.0)::double precision) AND (confidence <= (1.0)::double precision)))
);
COMMENT ON COLUMN public.attribution_attribution.confidence IS '0 to 1, for the most precise place named';
COMMENT ON COLUMN public.attribution_attribution.abstained IS 'true: too unsure to act on; the places are guesses';
COMMENT ON COLUMN public.attribution_attribution.sources IS 'every source that spoke, and what it said';
COMMENT ON COLUMN public.attribution_attribution.asn IS 'number of the network, where a source says it';
COMMENT ON COLUMN public.attribution_attribution.confidences IS '0 to 1 by level, below the floors too';
COMMENT ON COLUMN public.attribution_attribution.guesses IS 'places that were named, with their shares';
COMMENT ON COLUMN public.attribution_attribution.level IS 'country, state or district: how far it goes';
ALTER TABLE public.attribution_attribution ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.attribution_attribution_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.attribution_earlieranswer (
    id bigint NOT NULL,
    answer jsonb NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    replaced_at timestamp with time zone NOT NULL,
    report_id bigint NOT NULL,
    sighting_id bigint
);
COMMENT ON COLUMN public.attribution_earlieranswer.answer IS 'the row that was replaced, by column';
ALTER TABLE public.attribution_earlieranswer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.attribution_earlieranswer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.attribution_expirynotice (
    id bigint NOT NULL,
    threshold_days smallint NOT NULL,
    holder_name character varying(120) NOT NULL,
    place character varying(170) NOT NULL,
    urgent boolean NOT NULL,
    likely_gone_at timestamp with time zone NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    acknowledged_at timestamp with time zone,
    acknowledged_by_id bigint,
    agency_id bigint NOT NULL,
    escalated_from_id bigint,
    report_id bigint NOT NULL,
    CONSTRAINT expirynotice_seen_by_somebody CHECK ((((acknowledged_at IS NULL) AND (acknowledged_by_id IS NULL)) OR ((acknowledged_at IS NOT NULL) AND (acknowledged_by_id IS NOT NULL))))
);
COMMENT ON TABLE public.attribution_expirynotice IS 'Logs that end soon, raised at desks';
COMMENT ON COLUMN public.attribution_expirynotice.place IS 'of a child''s address the state only';
COMMENT ON COLUMN public.attribution_expirynotice.ended_at IS 'accepted, preserved, sent on, or gone';
COMMENT ON COLUMN public.attribution_expirynotice.escalated_from_id IS 'the desk below that holds it and has not accepted it; null: the desk holds it itself';
ALTER TABLE public.attribution_expirynotice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.attribution_expirynotice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.attribution_logclock (
    id bigint NOT NULL,
    country character varying(2) NOT NULL,
    holder_key character varying(40) NOT NULL,
    holder_name character varying(120) NOT NULL,
    asn bigint,
    counted_by character varying(10) NOT NULL,
    counted_from timestamp with time zone,
    likely_gone_at timestamp with time zone,
    kept_until_by_rule_at timestamp with time zone,
    last_possible_at timestamp with time zone,
    basis character varying(10) NOT NULL,
    explanation text NOT NULL,
    directory_version character varying(200) NOT NULL,
    at timestamp with time zone NOT NULL,
    report_id bigint NOT NULL,
    sighting_id bigint NOT NULL,
    CONSTRAINT logclock_basis_known CHECK (((basis)::text = ANY (ARRAY[(''::character varying)::text, ('practice'::character varying)::text, ('rule'::character varying)::text, ('licence'::character varying)::text]))),
    CONSTRAINT logclock_counted_known CHECK (((counted_by)::text = ANY (ARRAY[('use'::character varying)::text, ('incident'::character varying)::text, ('received'::character varying)::text, ('none'::character varying)::text])))
);
COMMENT ON TABLE public.attribution_logclock IS 'Who holds the log of an address, and until when';
COMMENT ON COLUMN public.attribution_logclock.country IS 'whose rules were applied';
COMMENT ON COLUMN public.attribution_logclock.holder_key IS 'in the directory; unknown: in none';
COMMENT ON COLUMN public.attribution_logclock.likely_gone_at IS 'the earliest: by practice, where one is known';
COMMENT ON COLUMN public.attribution_logclock.basis IS 'what likely_gone_at rests on';
ALTER TABLE public.attribution_logclock ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.attribution_logclock_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.attribution_preservationnote (
    id bigint NOT NULL,
    holder_name character varying(120) NOT NULL,
    kind character varying(10) NOT NULL,
    day date NOT NULL,
    reference character varying(120) NOT NULL,
    at timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL,
    person_id bigint NOT NULL,
    report_id bigint NOT NULL,
    sighting_id bigint NOT NULL,
    CONSTRAINT preservation_kind_known CHECK (((kind)::text = ANY (ARRAY[('asked'::character varying)::text, ('confirmed'::character varying)::text, ('refused'::character varying)::text])))
);
COMMENT ON TABLE public.attribution_preservationnote IS 'Append-only: logs that somebody asked to be kept';
COMMENT ON COLUMN public.attribution_preservationnote.holder_name IS 'as it stood then';
COMMENT ON COLUMN public.attribution_preservationnote.day IS 'day of the letter or of the answer, at the desk';
COMMENT ON COLUMN public.attribution_preservationnote.reference IS 'of the letter or the answer; names nobody';
COMMENT ON COLUMN public.attribution_preservationnote.agency_id IS 'of the person, then';
COMMENT ON COLUMN public.attribution_preservationnote.sighting_id IS 'no constraint: it outlives a report that is destroyed';
ALTER TABLE public.attribution_preservationnote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.attribution_preservationnote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.attribution_providerdirectory (
    id bigint NOT NULL,
    country character varying(2) NOT NULL,
    version character varying(20) NOT NULL,
    sha256 character varying(64) NOT NULL,
    body jsonb NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    imported_by character varying(254) NOT NULL,
    active boolean NOT NULL,
    CONSTRAINT providerdirectory_country CHECK (((country)::text ~ '^([A-Z]{2}|\*)$'::text))
);
COMMENT ON COLUMN public.attribution_providerdirectory.country IS 'ISO 3166-1 alpha-2, or *';
COMMENT ON COLUMN public.attribution_providerdirectory.version IS 'as the file itself says';
COMMENT ON COLUMN public.attribution_providerdirectory.body IS 'the file, checked';
ALTER TABLE public.attribution_providerdirectory ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.attribution_providerdirectory_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.attribution_recomputation (
    id bigint NOT NULL,
    since timestamp with time zone,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    last_report bigint NOT NULL,
    reports bigint NOT NULL,
    changed bigint NOT NULL,
    busy bigint NOT NULL
);
COMMENT ON COLUMN public.attribution_recomputation.since IS 'only reports received from then on; null: all';
COMMENT ON COLUMN public.attribution_recomputation.last_report IS 'reports up to this number are done';
COMMENT ON COLUMN public.attribution_recomputation.changed IS 'reports whose place or whose abstaining changed';
COMMENT ON COLUMN public.attribution_recomputation.busy IS 'reports that others were working on; the pipeline has them';
ALTER TABLE public.attribution_recomputation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.attribution_recomputation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.attribution_reportclock (
    id bigint NOT NULL,
    next_likely_gone_at timestamp with time zone,
    holder_name character varying(120) NOT NULL,
    next_unasked_at timestamp with time zone,
    all_gone_at timestamp with time zone,
    all_gone_by_rule_at timestamp with time zone,
    sightings integer NOT NULL,
    preserved integer NOT NULL,
    noted integer NOT NULL,
    directory_version character varying(200) NOT NULL,
    at timestamp with time zone NOT NULL,
    report_id bigint NOT NULL
);
COMMENT ON TABLE public.attribution_reportclock IS 'The next log of each report to go';
COMMENT ON COLUMN public.attribution_reportclock.next_likely_gone_at IS 'the next log to go that is not preserved; when all are gone, the last that went';
COMMENT ON COLUMN public.attribution_reportclock.holder_name IS 'of that log; empty: a child''s';
COMMENT ON COLUMN public.attribution_reportclock.next_unasked_at IS 'the next log to go of which nobody noted that preservation was asked';
COMMENT ON COLUMN public.attribution_reportclock.all_gone_at IS 'when the last of those not preserved is likely gone';
COMMENT ON COLUMN public.attribution_reportclock.all_gone_by_rule_at IS 'when none of those not preserved has to be kept by a rule any more either';
COMMENT ON COLUMN public.attribution_reportclock.sightings IS 'addresses with a clock';
COMMENT ON COLUMN public.attribution_reportclock.preserved IS 'of them, confirmed to be preserved';
COMMENT ON COLUMN public.attribution_reportclock.noted IS 'of them, with any note of a preservation';
ALTER TABLE public.attribution_reportclock ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.attribution_reportclock_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.attribution_source (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    kind character varying(10) NOT NULL,
    sha256 character varying(64) NOT NULL,
    path text NOT NULL,
    built_at timestamp with time zone,
    imported_at timestamp with time zone NOT NULL,
    rank smallint NOT NULL,
    active boolean NOT NULL,
    as_of date,
    credit character varying(300) DEFAULT ''::character varying NOT NULL,
    credit_url character varying(200) DEFAULT ''::character varying NOT NULL,
    layout character varying(40) DEFAULT ''::character varying NOT NULL,
    licence character varying(200) DEFAULT ''::character varying NOT NULL,
    networks integer DEFAULT 0 NOT NULL,
    provides character varying(20)[] DEFAULT '{}'::character varying(20)[] NOT NULL,
    replaced_at timestamp with time zone,
    CONSTRAINT source_kind_known CHECK (((kind)::text = ANY (ARRAY[('ranges'::character varying)::text, ('mmdb'::character varying)::text, ('owners'::character varying)::text])))
);
COMMENT ON COLUMN public.attribution_source.name IS 'the file''s name without its folder';
COMMENT ON COLUMN public.attribution_source.path IS 'where the machine that imported it holds it compiled';
COMMENT ON COLUMN public.attribution_source.built_at IS 'as the file itself says';
COMMENT ON COLUMN public.attribution_source.rank IS '1 speaks first';
COMMENT ON COLUMN public.attribution_source.as_of IS 'the day it speaks of';
COMMENT ON COLUMN public.attribution_source.credit IS 'what has to stand where its results are shown';
COMMENT ON COLUMN public.attribution_source.layout IS 'whose form the file has';
COMMENT ON COLUMN public.attribution_source.networks IS 'how many networks or ranges it has';
COMMENT ON COLUMN public.attribution_source.provides IS 'what it can say: country, city, asn, owner, flags';
COMMENT ON COLUMN public.attribution_source.replaced_at IS 'when another edition took its place; null: it speaks, or never did';
ALTER TABLE public.attribution_source ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.attribution_source_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.attribution_sourcepart (
    id bigint NOT NULL,
    number integer NOT NULL,
    body bytea NOT NULL,
    source_id bigint NOT NULL
);
COMMENT ON COLUMN public.attribution_sourcepart.number IS 'from 0; the file is all of them in order';
COMMENT ON COLUMN public.attribution_sourcepart.body IS '1 MiB of the file, compressed with zlib; the last one less';
ALTER TABLE public.attribution_sourcepart ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.attribution_sourcepart_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.attribution_whereabouts (
    report_id bigint NOT NULL,
    country character varying(2) NOT NULL,
    state character varying(80) NOT NULL,
    district character varying(80) NOT NULL,
    level character varying(8) NOT NULL,
    confidence double precision NOT NULL,
    confidences jsonb NOT NULL,
    abstained boolean NOT NULL,
    rule character varying(30) NOT NULL,
    explanation text NOT NULL,
    guesses jsonb NOT NULL,
    stretches jsonb NOT NULL,
    evidence jsonb NOT NULL,
    model_version character varying(20) NOT NULL,
    stage_version character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT whereabouts_confidence_range CHECK (((confidence >= (0.0)::double precision) AND (confidence <= (1.0)::double precision)))
);
COMMENT ON TABLE public.attribution_whereabouts IS 'One row a report';
COMMENT ON COLUMN public.attribution_whereabouts.level IS 'country, state or district';
COMMENT ON COLUMN public.attribution_whereabouts.confidence IS '0 to 1, for the most precise place named';
COMMENT ON COLUMN public.attribution_whereabouts.confidences IS '0 to 1 by level';
COMMENT ON COLUMN public.attribution_whereabouts.abstained IS 'true: a person decides; a place here is what its guesses share';
COMMENT ON COLUMN public.attribution_whereabouts.rule IS 'the rule of the model that decided';
COMMENT ON COLUMN public.attribution_whereabouts.guesses IS 'places with their shares';
COMMENT ON COLUMN public.attribution_whereabouts.stretches IS 'place, from, until, sightings; the latest first';
COMMENT ON COLUMN public.attribution_whereabouts.evidence IS 'every address and hint with its weight';
CREATE TABLE public.audit_checkpoint (
    id bigint NOT NULL,
    size bigint NOT NULL,
    root bytea NOT NULL,
    note text NOT NULL,
    key_name character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL
);
COMMENT ON COLUMN public.audit_checkpoint.note IS 'C2SP checkpoint with its signature';
ALTER TABLE public.audit_checkpoint ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.audit_checkpoint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.audit_entry (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_kind character varying(10) NOT NULL,
    actor_id bigint,
    actor_label character varying(254) NOT NULL,
    agency_id bigint,
    action character varying(60) NOT NULL,
    object_type character varying(40) NOT NULL,
    object_id character varying(80) NOT NULL,
    detail jsonb NOT NULL,
    CONSTRAINT entry_action_shape CHECK (((action)::text ~ '^[a-z_]+\.[a-z_]+$'::text)),
    CONSTRAINT entry_actor_known CHECK (((actor_kind)::text = ANY (ARRAY[('person'::character varying)::text, ('provider'::character varying)::text, ('system'::character varying)::text])))
);
COMMENT ON TABLE public.audit_entry IS 'Append-only: what was done, by whom, to what';
COMMENT ON COLUMN public.audit_entry.at IS 'UTC, of the writer''s clock';
COMMENT ON COLUMN public.audit_entry.actor_id IS 'within its kind; null for the software itself';
COMMENT ON COLUMN public.audit_entry.agency_id IS 'the agency acted for; no foreign key: the log outlives it';
COMMENT ON COLUMN public.audit_entry.action IS 'room.verb, e.g. referral.accepted';
COMMENT ON COLUMN public.audit_entry.detail IS 'ids, codes and counts; never reported text';
ALTER TABLE public.audit_entry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.audit_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.audit_leaf (
    index bigint NOT NULL,
    entry_id bigint NOT NULL,
    hash bytea NOT NULL
);
COMMENT ON COLUMN public.audit_leaf.index IS '0, 1, 2, ... without a gap';
COMMENT ON COLUMN public.audit_leaf.entry_id IS 'no foreign key: a leaf outlives what was deleted';
COMMENT ON COLUMN public.audit_leaf.hash IS 'SHA-256(0x00, canonical form)';
CREATE TABLE public.audit_log (
    id bigint NOT NULL,
    origin character varying(100) NOT NULL,
    one boolean NOT NULL,
    CONSTRAINT log_only_one CHECK (one)
);
ALTER TABLE public.audit_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.audit_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.audit_node (
    id bigint NOT NULL,
    level smallint NOT NULL,
    index bigint NOT NULL,
    hash bytea NOT NULL
);
COMMENT ON COLUMN public.audit_node.level IS '1: over 256 leaves, 2: over 65,536, ...';
ALTER TABLE public.audit_node ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.audit_node_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.audit_pending (
    entry_id bigint NOT NULL
);
CREATE TABLE public.audit_publication (
    checkpoint_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    witness character varying(500) NOT NULL
);
COMMENT ON COLUMN public.audit_publication.witness IS 'which; what a directory took has to be in it for ever';
CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);
ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);
ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_case (
    id bigint NOT NULL,
    number character varying(60) NOT NULL,
    year smallint NOT NULL,
    running_number integer NOT NULL,
    title character varying(200) NOT NULL,
    state character varying(10) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL,
    opened_by_id bigint NOT NULL,
    closed_at timestamp with time zone,
    destroyed_at timestamp with time zone,
    fir_number character varying(60) DEFAULT ''::character varying NOT NULL,
    fir_registered_at timestamp with time zone,
    investigating_officer_id bigint,
    zero_fir boolean DEFAULT false NOT NULL,
    changes integer DEFAULT 0 NOT NULL,
    closed_reason character varying(40) DEFAULT ''::character varying NOT NULL,
    fir_station character varying(200) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT case_closed_when CHECK ((((closed_at IS NULL) AND (destroyed_at IS NULL) AND ((state)::text = 'open'::text)) OR ((closed_at IS NOT NULL) AND ((state)::text = 'closed'::text)))),
    CONSTRAINT case_fir_whole CHECK (((((fir_number)::text = ''::text) AND (fir_registered_at IS NULL)) OR ((NOT ((fir_number)::text = ''::text)) AND (fir_registered_at IS NOT NULL)))),
    CONSTRAINT case_state_known CHECK (((state)::text = ANY (ARRAY[('open'::character varying)::text, ('closed'::character varying)::text])))
);
COMMENT ON COLUMN public.cases_case.number IS 'by the agency''s scheme (NumberScheme), once in the agency';
COMMENT ON COLUMN public.cases_case.destroyed_at IS 'its content is gone; the number and the dates stay';
COMMENT ON COLUMN public.cases_case.fir_number IS 'as the station registered it; empty: not yet';
COMMENT ON COLUMN public.cases_case.investigating_officer_id IS 'IT Act 2000 s.78: Inspector or above';
COMMENT ON COLUMN public.cases_case.zero_fir IS 'registered whatever the place, to be transferred (BNSS 2023 s.173)';
COMMENT ON COLUMN public.cases_case.changes IS 'counts up with every change of the case; a form says which it saw';
COMMENT ON COLUMN public.cases_case.closed_reason IS 'id in cases/data/closing.toml';
ALTER TABLE public.cases_case ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_case_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_caseassignment (
    id bigint NOT NULL,
    assigned_at timestamp with time zone NOT NULL,
    assigned_by character varying(254) NOT NULL,
    ended_at timestamp with time zone,
    agency_id bigint NOT NULL,
    case_id bigint NOT NULL,
    person_id bigint NOT NULL
);
COMMENT ON COLUMN public.cases_caseassignment.agency_id IS 'of the case; row-level security reads it here';
ALTER TABLE public.cases_caseassignment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_caseassignment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_caseending (
    id bigint NOT NULL,
    reopened boolean NOT NULL,
    reason character varying(40) NOT NULL,
    text character varying(1000) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint NOT NULL,
    case_id bigint NOT NULL,
    CONSTRAINT caseending_has_reason CHECK (((((reason)::text = ''::text) AND reopened) OR ((NOT reopened) AND (NOT ((reason)::text = ''::text)))))
);
COMMENT ON COLUMN public.cases_caseending.reason IS 'id in cases/data/closing.toml';
ALTER TABLE public.cases_caseending ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_caseending_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_casehandle (
    id bigint NOT NULL,
    added_at timestamp with time zone NOT NULL,
    case_id bigint NOT NULL,
    identifier_id bigint NOT NULL,
    report_id bigint NOT NULL
);
COMMENT ON COLUMN public.cases_casehandle.report_id IS 'first named by';
ALTER TABLE public.cases_casehandle ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_casehandle_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_caselink (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    why character varying(300) NOT NULL,
    told boolean NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    case_id bigint NOT NULL,
    case_agency_id bigint NOT NULL,
    ended_by_id bigint,
    made_by_id bigint NOT NULL,
    other_id bigint NOT NULL,
    other_agency_id bigint NOT NULL,
    CONSTRAINT caselink_kind_known CHECK (((kind)::text = ANY (ARRAY[('same_person'::character varying)::text, ('same_operation'::character varying)::text, ('duplicate'::character varying)::text, ('related'::character varying)::text]))),
    CONSTRAINT caselink_of_two CHECK ((NOT (case_id = other_id)))
);
COMMENT ON COLUMN public.cases_caselink.told IS 'who reads one may know that the other is a case of its agency, and no more';
ALTER TABLE public.cases_caselink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_caselink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_caseoffence (
    id bigint NOT NULL,
    section_id character varying(60) NOT NULL,
    label character varying(200) NOT NULL,
    catalogue_version character varying(20) NOT NULL,
    case_id bigint NOT NULL
);
COMMENT ON COLUMN public.cases_caseoffence.section_id IS 'id in investigation/legal/data';
ALTER TABLE public.cases_caseoffence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_caseoffence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_caseperson (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    standing character varying(20) NOT NULL,
    details jsonb NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by_id bigint NOT NULL,
    case_id bigint NOT NULL,
    review_since timestamp with time zone,
    rests_on_id bigint,
    CONSTRAINT caseperson_corroborated CHECK ((((rests_on_id IS NOT NULL) AND ((standing)::text = 'person_of_interest'::text)) OR ((NOT ((standing)::text = 'person_of_interest'::text)) AND (rests_on_id IS NULL)))),
    CONSTRAINT caseperson_standing_known CHECK (((standing)::text = ANY (ARRAY[('account_holder'::character varying)::text, ('person_of_interest'::character varying)::text, ('cleared'::character varying)::text])))
);
COMMENT ON COLUMN public.cases_caseperson.name IS 'as the source writes it';
COMMENT ON COLUMN public.cases_caseperson.details IS 'name of a particular (phone, email, address, ...) to its text';
COMMENT ON COLUMN public.cases_caseperson.review_since IS 'evidence that the standing rested on was withdrawn; somebody looks at it again';
COMMENT ON COLUMN public.cases_caseperson.rests_on_id IS 'the confirmed proposal by which they are a person of interest';
ALTER TABLE public.cases_caseperson ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_caseperson_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_casereport (
    id bigint NOT NULL,
    added_at timestamp with time zone NOT NULL,
    case_id bigint NOT NULL,
    referral_id bigint,
    report_id bigint NOT NULL
);
COMMENT ON COLUMN public.cases_casereport.referral_id IS 'by which it came to the agency; null: the agency filed it itself, of a reply';
ALTER TABLE public.cases_casereport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_casereport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_casetask (
    id bigint NOT NULL,
    title character varying(300) NOT NULL,
    due date,
    state character varying(10) NOT NULL,
    state_at timestamp with time zone NOT NULL,
    note character varying(300) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    changes integer NOT NULL,
    added_by_id bigint NOT NULL,
    assignee_id bigint,
    case_id bigint NOT NULL,
    state_by_id bigint NOT NULL,
    CONSTRAINT casetask_state_known CHECK (((state)::text = ANY (ARRAY[('open'::character varying)::text, ('done'::character varying)::text, ('dropped'::character varying)::text]))),
    CONSTRAINT casetask_titled CHECK ((NOT ((title)::text = ''::text)))
);
COMMENT ON COLUMN public.cases_casetask.due IS 'the last day, by the desk''s calendar';
COMMENT ON COLUMN public.cases_casetask.note IS 'how it ended, or why it was dropped';
COMMENT ON COLUMN public.cases_casetask.changes IS 'counts up with every change; a form says which it saw';
ALTER TABLE public.cases_casetask ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_casetask_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_casetransfer (
    id bigint NOT NULL,
    reason character varying(1000) NOT NULL,
    number_before character varying(60) NOT NULL,
    number_after character varying(60) NOT NULL,
    title character varying(200) NOT NULL,
    summary jsonb NOT NULL,
    zero_fir boolean NOT NULL,
    state character varying(10) NOT NULL,
    offered_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    answer character varying(1000) NOT NULL,
    case_id bigint NOT NULL,
    decided_by_id bigint,
    from_agency_id bigint NOT NULL,
    offered_by_id bigint NOT NULL,
    to_agency_id bigint NOT NULL,
    CONSTRAINT casetransfer_decided_when CHECK ((((decided_at IS NULL) AND ((state)::text = 'offered'::text)) OR ((NOT ((state)::text = 'offered'::text)) AND (decided_at IS NOT NULL)))),
    CONSTRAINT casetransfer_goes_somewhere CHECK ((NOT (from_agency_id = to_agency_id))),
    CONSTRAINT casetransfer_has_reason CHECK ((NOT ((reason)::text = ''::text))),
    CONSTRAINT casetransfer_state_known CHECK (((state)::text = ANY (ARRAY[('offered'::character varying)::text, ('accepted'::character varying)::text, ('refused'::character varying)::text, ('withdrawn'::character varying)::text])))
);
COMMENT ON COLUMN public.cases_casetransfer.summary IS 'what the receiver is told before it decides: counts, FIR, offences; no names';
COMMENT ON COLUMN public.cases_casetransfer.zero_fir IS 'registered whatever the place (BNSS 2023 s.173)';
COMMENT ON COLUMN public.cases_casetransfer.answer IS 'the receiver''s words';
ALTER TABLE public.cases_casetransfer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_casetransfer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_diaryentry (
    id bigint NOT NULL,
    number integer NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    written_at timestamp with time zone NOT NULL,
    by_software boolean NOT NULL,
    act character varying(60) NOT NULL,
    text text NOT NULL,
    author_id bigint NOT NULL,
    case_id bigint NOT NULL,
    corrects_id bigint,
    CONSTRAINT diaryentry_says_something CHECK ((NOT (text = ''::text))),
    CONSTRAINT diaryentry_software_names_act CHECK (((((act)::text = ''::text) AND (NOT by_software)) OR (by_software AND (corrects_id IS NULL) AND (NOT ((act)::text = ''::text)))))
);
COMMENT ON COLUMN public.cases_diaryentry.number IS 'running number within the case';
COMMENT ON COLUMN public.cases_diaryentry.happened_at IS 'when it happened, as the writer says';
COMMENT ON COLUMN public.cases_diaryentry.by_software IS 'the software wrote it for an act of the author';
COMMENT ON COLUMN public.cases_diaryentry.act IS 'of the software''s entries: what was done';
COMMENT ON COLUMN public.cases_diaryentry.corrects_id IS 'the entry that was wrong';
ALTER TABLE public.cases_diaryentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_diaryentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_firentry (
    id bigint NOT NULL,
    number character varying(60) NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    station character varying(200) NOT NULL,
    zero_fir boolean NOT NULL,
    why character varying(500) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint NOT NULL,
    case_id bigint NOT NULL,
    corrects_id bigint,
    CONSTRAINT firentry_corrected_why CHECK (((corrects_id IS NULL) OR (NOT ((why)::text = ''::text)))),
    CONSTRAINT firentry_whole CHECK (((NOT ((number)::text = ''::text)) AND (NOT ((station)::text = ''::text))))
);
COMMENT ON COLUMN public.cases_firentry.why IS 'of a correction';
ALTER TABLE public.cases_firentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_firentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_numbercounter (
    id bigint NOT NULL,
    year smallint NOT NULL,
    last integer NOT NULL,
    agency_id bigint NOT NULL
);
COMMENT ON COLUMN public.cases_numbercounter.year IS 'by the desk''s time zone';
ALTER TABLE public.cases_numbercounter ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_numbercounter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_numberscheme (
    id bigint NOT NULL,
    pattern character varying(60) NOT NULL,
    set_by character varying(254) NOT NULL,
    set_at timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL
);
COMMENT ON TABLE public.cases_numberscheme IS 'Number schemes of agencies';
COMMENT ON COLUMN public.cases_numberscheme.pattern IS 'such as {agency}/{year}/{number:04}';
ALTER TABLE public.cases_numberscheme ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_numberscheme_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_offenceact (
    id bigint NOT NULL,
    section_id character varying(60) NOT NULL,
    label character varying(200) NOT NULL,
    catalogue_version character varying(20) NOT NULL,
    withdrawn boolean NOT NULL,
    why character varying(500) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint NOT NULL,
    case_id bigint NOT NULL,
    CONSTRAINT offenceact_withdrawn_why CHECK (((NOT withdrawn) OR (NOT ((why)::text = ''::text))))
);
ALTER TABLE public.cases_offenceact ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_offenceact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_officerchange (
    id bigint NOT NULL,
    rank character varying(30) NOT NULL,
    why_nevertheless character varying(500) NOT NULL,
    catalogue character varying(60) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint NOT NULL,
    case_id bigint NOT NULL,
    officer_id bigint
);
COMMENT ON COLUMN public.cases_officerchange.catalogue IS 'of the law: version and date';
ALTER TABLE public.cases_officerchange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_officerchange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_personevidence (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    text character varying(1000) NOT NULL,
    source character varying(300) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_why character varying(300) NOT NULL,
    added_by_id bigint NOT NULL,
    case_id bigint NOT NULL,
    handle_id bigint,
    person_id bigint NOT NULL,
    withdrawn_by_id bigint,
    CONSTRAINT personevidence_kind_known CHECK (((kind)::text = ANY (ARRAY[('provider_reply'::character varying)::text, ('device'::character varying)::text, ('statement'::character varying)::text, ('payment'::character varying)::text, ('observation'::character varying)::text, ('document'::character varying)::text, ('other'::character varying)::text]))),
    CONSTRAINT personevidence_withdrawn_whole CHECK ((((withdrawn_at IS NULL) AND (withdrawn_by_id IS NULL) AND ((withdrawn_why)::text = ''::text)) OR ((withdrawn_at IS NOT NULL) AND (withdrawn_by_id IS NOT NULL) AND (NOT ((withdrawn_why)::text = ''::text)))))
);
COMMENT ON COLUMN public.cases_personevidence.text IS 'what it says, in the officer''s words';
COMMENT ON COLUMN public.cases_personevidence.source IS 'where it can be looked up: reply, exhibit, diary entry';
COMMENT ON COLUMN public.cases_personevidence.handle_id IS 'the account it ties to';
ALTER TABLE public.cases_personevidence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_personevidence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_preliminaryenquiry (
    id bigint NOT NULL,
    permitted_by character varying(200) NOT NULL,
    rank character varying(30) NOT NULL,
    permitted_at timestamp with time zone NOT NULL,
    reference character varying(200) NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint NOT NULL,
    case_id bigint NOT NULL
);
COMMENT ON COLUMN public.cases_preliminaryenquiry.permitted_by IS 'who gave the permission: name and office';
COMMENT ON COLUMN public.cases_preliminaryenquiry.reference IS 'of the written permission';
COMMENT ON COLUMN public.cases_preliminaryenquiry.ends_at IS '14 days after the permission';
ALTER TABLE public.cases_preliminaryenquiry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_preliminaryenquiry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_proposalevidence (
    id bigint NOT NULL,
    case_id bigint NOT NULL,
    evidence_id bigint NOT NULL,
    proposal_id bigint NOT NULL
);
ALTER TABLE public.cases_proposalevidence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_proposalevidence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_standingchange (
    id bigint NOT NULL,
    before character varying(20) NOT NULL,
    after character varying(20) NOT NULL,
    why character varying(1000) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint NOT NULL,
    case_id bigint NOT NULL,
    person_id bigint NOT NULL,
    proposal_id bigint,
    CONSTRAINT standingchange_corroborated CHECK (((NOT ((after)::text = 'person_of_interest'::text)) OR (proposal_id IS NOT NULL)))
);
ALTER TABLE public.cases_standingchange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_standingchange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cases_standingproposal (
    id bigint NOT NULL,
    words character varying(1000) NOT NULL,
    rule_version character varying(20) NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    state character varying(10) NOT NULL,
    decided_at timestamp with time zone,
    decided_words character varying(1000) NOT NULL,
    case_id bigint NOT NULL,
    decided_by_id bigint,
    person_id bigint NOT NULL,
    proposed_by_id bigint NOT NULL,
    CONSTRAINT proposal_decided_whole CHECK ((((decided_at IS NULL) AND (decided_by_id IS NULL) AND ((state)::text = 'open'::text)) OR ((NOT ((state)::text = 'open'::text)) AND (decided_at IS NOT NULL) AND (decided_by_id IS NOT NULL)))),
    CONSTRAINT proposal_second_officer CHECK (((NOT ((state)::text = ANY (ARRAY[('confirmed'::character varying)::text, ('refused'::character varying)::text]))) OR ((NOT ((decided_by_id = proposed_by_id) AND (decided_by_id IS NOT NULL))) AND (NOT ((decided_words)::text = ''::text))))),
    CONSTRAINT proposal_state_known CHECK (((state)::text = ANY (ARRAY[('open'::character varying)::text, ('confirmed'::character varying)::text, ('refused'::character varying)::text, ('withdrawn'::character varying)::text, ('lapsed'::character varying)::text])))
);
COMMENT ON COLUMN public.cases_standingproposal.words IS 'why, in the proposer''s words';
COMMENT ON COLUMN public.cases_standingproposal.rule_version IS 'of cases/data/corroboration.toml';
COMMENT ON COLUMN public.cases_standingproposal.decided_words IS 'in the decider''s own words';
ALTER TABLE public.cases_standingproposal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_standingproposal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.clocks_clock (
    id bigint NOT NULL,
    clock_id character varying(40) NOT NULL,
    subject character varying(60) NOT NULL,
    definition jsonb NOT NULL,
    file character varying(200) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    warn_at timestamp with time zone NOT NULL,
    paused_at timestamp with time zone,
    ended_at timestamp with time zone,
    ended_by character varying(254) NOT NULL,
    ended_why character varying(300) NOT NULL,
    agency_id bigint NOT NULL,
    case_id bigint,
    report_id bigint,
    CONSTRAINT clock_ended_by_somebody CHECK ((((ended_at IS NULL) AND ((ended_by)::text = ''::text)) OR ((ended_at IS NOT NULL) AND (NOT ((ended_by)::text = ''::text))))),
    CONSTRAINT clock_warns_before CHECK ((warn_at <= due_at))
);
COMMENT ON COLUMN public.clocks_clock.clock_id IS 'in the file of clocks';
COMMENT ON COLUMN public.clocks_clock.subject IS 'within the case, as request:12';
COMMENT ON COLUMN public.clocks_clock.definition IS 'as it stood when the clock was started';
COMMENT ON COLUMN public.clocks_clock.file IS 'title and version of the file it stands in';
COMMENT ON COLUMN public.clocks_clock.started_at IS 'from when it counts';
COMMENT ON COLUMN public.clocks_clock.paused_at IS 'since when it stands still; null: it runs';
COMMENT ON COLUMN public.clocks_clock.ended_by IS 'the event, or the person';
COMMENT ON COLUMN public.clocks_clock.agency_id IS 'whose it is';
ALTER TABLE public.clocks_clock ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.clocks_clock_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.clocks_pause (
    id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    reason character varying(300) NOT NULL,
    clock_id bigint NOT NULL,
    paused_by_id bigint NOT NULL,
    resumed_by_id bigint,
    CONSTRAINT pause_has_reason CHECK ((NOT ((reason)::text = ''::text)))
);
COMMENT ON COLUMN public.clocks_pause.until IS 'null: it stands still now';
ALTER TABLE public.clocks_pause ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.clocks_pause_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.clocks_rulesfile (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    country character varying(2) NOT NULL,
    version character varying(20) NOT NULL,
    sha256 character varying(64) NOT NULL,
    body jsonb NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    imported_by character varying(254) NOT NULL,
    active boolean NOT NULL,
    CONSTRAINT rulesfile_kind_known CHECK (((kind)::text = ANY (ARRAY[('clocks'::character varying)::text, ('holidays'::character varying)::text])))
);
COMMENT ON TABLE public.clocks_rulesfile IS 'Clocks and holidays of the installation''s own';
COMMENT ON COLUMN public.clocks_rulesfile.country IS 'ISO 3166-1 alpha-2';
COMMENT ON COLUMN public.clocks_rulesfile.version IS 'as the file itself says';
COMMENT ON COLUMN public.clocks_rulesfile.body IS 'the file, checked';
ALTER TABLE public.clocks_rulesfile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.clocks_rulesfile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cybertipline_refuseddocument (
    id bigint NOT NULL,
    call character varying(20) NOT NULL,
    code integer NOT NULL,
    description text NOT NULL,
    body bytea NOT NULL,
    sha256 character varying(64) NOT NULL,
    request_id character varying(32) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    reporter_id bigint NOT NULL,
    sandbox boolean DEFAULT false NOT NULL
);
COMMENT ON COLUMN public.cybertipline_refuseddocument.code IS 'the code it was answered with';
COMMENT ON COLUMN public.cybertipline_refuseddocument.description IS 'the description it was answered with';
COMMENT ON COLUMN public.cybertipline_refuseddocument.body IS 'as it came; empty when that was no text';
ALTER TABLE public.cybertipline_refuseddocument ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cybertipline_refuseddocument_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);
ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);
CREATE TABLE public.doors_alert (
    id bigint NOT NULL,
    kind character varying(30) NOT NULL,
    subject character varying(300) NOT NULL,
    detail character varying(500) NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    count bigint NOT NULL,
    request_id character varying(32) NOT NULL,
    acknowledged_at timestamp with time zone,
    acknowledged_by_id bigint,
    reporter_id bigint NOT NULL,
    CONSTRAINT alert_kind_known CHECK (((kind)::text = ANY (ARRAY[('unknown_element'::character varying)::text, ('unknown_value'::character varying)::text, ('completeness_fell'::character varying)::text, ('refusals_rose'::character varying)::text, ('silent'::character varying)::text])))
);
COMMENT ON TABLE public.doors_alert IS 'What changed at the doors and somebody should look at';
COMMENT ON COLUMN public.doors_alert.subject IS 'such as an element path; never a text of a report';
COMMENT ON COLUMN public.doors_alert.request_id IS 'of the latest';
ALTER TABLE public.doors_alert ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.doors_alert_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.doors_doorcall (
    id bigint NOT NULL,
    sandbox boolean NOT NULL,
    run character varying(60) NOT NULL,
    at timestamp with time zone NOT NULL,
    call character varying(40) NOT NULL,
    status smallint NOT NULL,
    code integer NOT NULL,
    description text NOT NULL,
    faults jsonb NOT NULL,
    advice jsonb NOT NULL,
    completeness smallint,
    request_id character varying(32) NOT NULL,
    report_id bigint,
    size_bytes bigint NOT NULL,
    milliseconds integer NOT NULL,
    reporter_id bigint NOT NULL
);
COMMENT ON TABLE public.doors_doorcall IS 'Newest calls of providers: no bodies, no content';
COMMENT ON COLUMN public.doors_doorcall.run IS 'which run of the provider''s tests it is of';
COMMENT ON COLUMN public.doors_doorcall.call IS 'such as submit, or POST /api/v1/reports';
COMMENT ON COLUMN public.doors_doorcall.status IS 'HTTP';
COMMENT ON COLUMN public.doors_doorcall.code IS 'responseCode; 0: success';
COMMENT ON COLUMN public.doors_doorcall.description IS 'as answered';
COMMENT ON COLUMN public.doors_doorcall.faults IS '[{path, line, rule, kind}, ...]; what was wrong';
COMMENT ON COLUMN public.doors_doorcall.advice IS '[{path, why}, ...]; what would have made it more useful';
COMMENT ON COLUMN public.doors_doorcall.completeness IS '0 to 100; null: not a document';
COMMENT ON COLUMN public.doors_doorcall.report_id IS 'as answered; of the sandbox''s own numbers when sandbox';
COMMENT ON COLUMN public.doors_doorcall.size_bytes IS 'of the body';
ALTER TABLE public.doors_doorcall ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.doors_doorcall_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.doors_feedback (
    id bigint NOT NULL,
    useful character varying(15) NOT NULL,
    reason character varying(40) NOT NULL,
    day date NOT NULL,
    "position" bigint NOT NULL,
    report_id bigint NOT NULL,
    reporter_id bigint NOT NULL,
    CONSTRAINT feedback_useful_known CHECK (((useful)::text = ANY (ARRAY[('yes'::character varying)::text, ('no'::character varying)::text, ('not_yet_known'::character varying)::text])))
);
COMMENT ON TABLE public.doors_feedback IS 'What providers are told of their reports';
COMMENT ON COLUMN public.doors_feedback.reason IS 'of data/feedback.toml';
COMMENT ON COLUMN public.doors_feedback.day IS 'UTC; on which it became so. Never finer';
COMMENT ON COLUMN public.doors_feedback."position" IS 'in the provider''s own list; a row that changes goes to its end, so that a cursor misses nothing';
ALTER TABLE public.doors_feedback ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.doors_feedback_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.doors_feedbackday (
    day date NOT NULL,
    changed integer NOT NULL
);
COMMENT ON TABLE public.doors_feedbackday IS 'Days that feedback was made of';
COMMENT ON COLUMN public.doors_feedbackday.changed IS 'rows of feedback that it brought or changed';
CREATE TABLE public.doors_judgement (
    id bigint NOT NULL,
    source bigint,
    decided character varying(40) NOT NULL,
    weight smallint NOT NULL,
    at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    report_id bigint NOT NULL,
    told_by_id bigint,
    uid character varying(120) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT judgement_ours_or_told CHECK ((((source IS NOT NULL) AND (told_by_id IS NULL) AND ((uid)::text = ''::text)) OR ((source IS NULL) AND (told_by_id IS NOT NULL) AND (NOT ((uid)::text = ''::text)))))
);
COMMENT ON TABLE public.doors_judgement IS 'What outcomes say of the use of reports';
COMMENT ON COLUMN public.doors_judgement.source IS 'number of the outcome; no foreign key, the doors know no outcomes; null: another installation says it';
COMMENT ON COLUMN public.doors_judgement.decided IS 'key of [told] in data/feedback.toml';
COMMENT ON COLUMN public.doors_judgement.weight IS 'the heaviest that stands counts; an acceptance weighs 1, a return 0';
COMMENT ON COLUMN public.doors_judgement.told_by_id IS 'whose installation says it';
COMMENT ON COLUMN public.doors_judgement.uid IS 'of what another installation says, as it names it';
ALTER TABLE public.doors_judgement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.doors_judgement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.doors_providerday (
    id bigint NOT NULL,
    day date NOT NULL,
    calls bigint NOT NULL,
    reports bigint NOT NULL,
    refused bigint NOT NULL,
    limited bigint NOT NULL,
    size_bytes bigint NOT NULL,
    completeness_sum bigint NOT NULL,
    completeness_count bigint NOT NULL,
    reporter_id bigint NOT NULL
);
COMMENT ON TABLE public.doors_providerday IS 'Counts by provider and day';
COMMENT ON COLUMN public.doors_providerday.reports IS 'opened';
COMMENT ON COLUMN public.doors_providerday.refused IS 'documents refused';
COMMENT ON COLUMN public.doors_providerday.limited IS 'calls refused by rate or quota';
COMMENT ON COLUMN public.doors_providerday.size_bytes IS 'of uploads';
COMMENT ON COLUMN public.doors_providerday.completeness_sum IS 'of the reports'' scores, each 0 to 100';
ALTER TABLE public.doors_providerday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.doors_providerday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.exhibits_custodyevent (
    id bigint NOT NULL,
    "position" integer NOT NULL,
    kind character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    from_holder character varying(200) NOT NULL,
    to_holder character varying(200) NOT NULL,
    place character varying(200) NOT NULL,
    purpose character varying(300) NOT NULL,
    seal_number character varying(60) NOT NULL,
    hash_algorithm character varying(8) NOT NULL,
    hash_value character varying(128) NOT NULL,
    late_reason character varying(300) NOT NULL,
    correction_reason character varying(300) NOT NULL,
    written_at timestamp with time zone NOT NULL,
    case_id bigint NOT NULL,
    corrects_id bigint,
    written_by_id bigint NOT NULL,
    exhibit_id bigint NOT NULL,
    CONSTRAINT custodyevent_correction_reasoned CHECK (((((correction_reason)::text = ''::text) AND (corrects_id IS NULL)) OR ((corrects_id IS NOT NULL) AND (NOT ((correction_reason)::text = ''::text))))),
    CONSTRAINT custodyevent_hash_whole CHECK (((((hash_algorithm)::text = ''::text) AND ((hash_value)::text = ''::text)) OR (NOT (((hash_algorithm)::text = ''::text) OR ((hash_value)::text = ''::text))))),
    CONSTRAINT custodyevent_kind_known CHECK (((kind)::text = ANY (ARRAY[('received'::character varying)::text, ('sealed'::character varying)::text, ('opened'::character varying)::text, ('moved'::character varying)::text, ('handed_over'::character varying)::text, ('to_laboratory'::character varying)::text, ('imaged'::character varying)::text, ('checked'::character varying)::text, ('returned'::character varying)::text, ('disposed'::character varying)::text, ('struck'::character varying)::text])))
);
COMMENT ON COLUMN public.exhibits_custodyevent."position" IS '1, 2, ... in the order of writing';
COMMENT ON COLUMN public.exhibits_custodyevent.at IS 'when it happened; UTC';
COMMENT ON COLUMN public.exhibits_custodyevent.hash_value IS 'lower-case hex digits';
COMMENT ON COLUMN public.exhibits_custodyevent.late_reason IS 'why it was written after what came later';
COMMENT ON COLUMN public.exhibits_custodyevent.corrects_id IS 'the entry it stands for';
ALTER TABLE public.exhibits_custodyevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.exhibits_custodyevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.exhibits_exhibit (
    id bigint NOT NULL,
    number character varying(40) NOT NULL,
    running_number integer NOT NULL,
    kind character varying(20) NOT NULL,
    description character varying(500) NOT NULL,
    make character varying(100) NOT NULL,
    model character varying(100) NOT NULL,
    serial character varying(100) NOT NULL,
    memo character varying(200) NOT NULL,
    recording character varying(200) NOT NULL,
    reported_in bigint,
    reported_file character varying(32) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by_id bigint NOT NULL,
    case_id bigint NOT NULL,
    CONSTRAINT exhibit_kind_known CHECK (((kind)::text = ANY (ARRAY[('device'::character varying)::text, ('storage'::character varying)::text, ('image'::character varying)::text, ('document'::character varying)::text, ('account_data'::character varying)::text, ('provider_reply'::character varying)::text, ('reported_file'::character varying)::text, ('other'::character varying)::text]))),
    CONSTRAINT exhibit_reported_whole CHECK (((((reported_file)::text = ''::text) AND (reported_in IS NULL)) OR (((reported_file)::text ~ '^[0-9a-f]{32}$'::text) AND (reported_in IS NOT NULL))))
);
COMMENT ON COLUMN public.exhibits_exhibit.number IS 'by the agency''s scheme, once in the case';
COMMENT ON COLUMN public.exhibits_exhibit.description IS 'what it is; never what is on it';
COMMENT ON COLUMN public.exhibits_exhibit.serial IS 'serial number, IMEI, ...';
COMMENT ON COLUMN public.exhibits_exhibit.memo IS 'reference of the seizure memo (panchanama)';
COMMENT ON COLUMN public.exhibits_exhibit.recording IS 'reference of the audio-video record, BNSS 2023 s.105';
COMMENT ON COLUMN public.exhibits_exhibit.reported_in IS 'number of the report whose file this is';
COMMENT ON COLUMN public.exhibits_exhibit.reported_file IS 'the file''s id on the wire';
ALTER TABLE public.exhibits_exhibit ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.exhibits_exhibit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.exhibits_exhibitdigest (
    id bigint NOT NULL,
    algorithm character varying(8) NOT NULL,
    value character varying(128) NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    case_id bigint NOT NULL,
    exhibit_id bigint NOT NULL,
    recorded_by_id bigint NOT NULL,
    CONSTRAINT exhibitdigest_shape CHECK (((((algorithm)::text = 'md5'::text) AND ((value)::text ~ '^[0-9a-f]{32}$'::text)) OR (((algorithm)::text = 'sha1'::text) AND ((value)::text ~ '^[0-9a-f]{40}$'::text)) OR (((algorithm)::text = 'sha256'::text) AND ((value)::text ~ '^[0-9a-f]{64}$'::text)) OR (((algorithm)::text = 'sha512'::text) AND ((value)::text ~ '^[0-9a-f]{128}$'::text))))
);
COMMENT ON COLUMN public.exhibits_exhibitdigest.value IS 'lower-case hex digits';
ALTER TABLE public.exhibits_exhibitdigest ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.exhibits_exhibitdigest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.exhibits_exhibithash (
    id bigint NOT NULL,
    line integer NOT NULL,
    algorithm character varying(8) NOT NULL,
    value bytea NOT NULL,
    name text NOT NULL,
    size_bytes bigint,
    category character varying(100) NOT NULL,
    exhibit_id bigint NOT NULL,
    origin_id bigint NOT NULL
);
COMMENT ON COLUMN public.exhibits_exhibithash.line IS 'line of the file, or number of the object in it';
COMMENT ON COLUMN public.exhibits_exhibithash.name IS 'path or name on the exhibit; text';
COMMENT ON COLUMN public.exhibits_exhibithash.category IS 'the tool''s word for it, case folded; nobody''s finding';
ALTER TABLE public.exhibits_exhibithash ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.exhibits_exhibithash_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.exhibits_exhibitscheme (
    id bigint NOT NULL,
    pattern character varying(30) NOT NULL,
    agency_id bigint NOT NULL
);
COMMENT ON COLUMN public.exhibits_exhibitscheme.pattern IS '{n} stands for the running number within the case';
ALTER TABLE public.exhibits_exhibitscheme ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.exhibits_exhibitscheme_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.exhibits_hashimport (
    id bigint NOT NULL,
    sha256 character varying(64) NOT NULL,
    file_name character varying(200) NOT NULL,
    size_bytes bigint NOT NULL,
    layout character varying(80) NOT NULL,
    rows integer NOT NULL,
    hashes integer NOT NULL,
    refused integer NOT NULL,
    refusals jsonb NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    case_id bigint NOT NULL,
    exhibit_id bigint NOT NULL,
    imported_by_id bigint NOT NULL
);
COMMENT ON COLUMN public.exhibits_hashimport.sha256 IS 'of the file';
COMMENT ON COLUMN public.exhibits_hashimport.file_name IS 'text; never used as a path';
COMMENT ON COLUMN public.exhibits_hashimport.layout IS 'by which layout it was read, with its version';
COMMENT ON COLUMN public.exhibits_hashimport.refusals IS '[[line, reason], ...]: the first thousand';
ALTER TABLE public.exhibits_hashimport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.exhibits_hashimport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.exhibits_hashlayout (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    columns jsonb NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL,
    saved_by_id bigint NOT NULL
);
COMMENT ON COLUMN public.exhibits_hashlayout.columns IS 'md5, sha1, sha256, sha512, name, size, category → head of the column';
ALTER TABLE public.exhibits_hashlayout ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.exhibits_hashlayout_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.federation_below (
    id bigint NOT NULL,
    agency character varying(40) NOT NULL,
    act character varying(12) NOT NULL,
    at timestamp with time zone NOT NULL,
    referral_id bigint NOT NULL,
    report_id bigint NOT NULL
);
COMMENT ON TABLE public.federation_below IS 'How reports go further down, as told hop by hop';
ALTER TABLE public.federation_below ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.federation_below_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.federation_incoming (
    id bigint NOT NULL,
    number bigint NOT NULL,
    kind character varying(10) NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    answer jsonb NOT NULL,
    peer_id bigint NOT NULL,
    report_id bigint
);
COMMENT ON TABLE public.federation_incoming IS 'Append-only: what other installations told';
COMMENT ON COLUMN public.federation_incoming.number IS 'of the message, given by the peer';
ALTER TABLE public.federation_incoming ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.federation_incoming_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.federation_link (
    peer_id bigint NOT NULL,
    busy_until timestamp with time zone,
    next_at timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    last_success_at timestamp with time zone,
    last_heard_at timestamp with time zone,
    error character varying(300) DEFAULT ''::character varying NOT NULL,
    error_at timestamp with time zone
);
COMMENT ON TABLE public.federation_link IS 'Links to other installations';
COMMENT ON COLUMN public.federation_link.busy_until IS 'a worker sends; a killed one is waited for until then';
COMMENT ON COLUMN public.federation_link.next_at IS 'not tried before';
COMMENT ON COLUMN public.federation_link.failures IS 'in a row';
COMMENT ON COLUMN public.federation_link.last_heard_at IS 'a signed call of the peer';
CREATE TABLE public.federation_nonce (
    id bigint NOT NULL,
    nonce character varying(64) NOT NULL,
    at timestamp with time zone NOT NULL,
    peer_id bigint NOT NULL
);
ALTER TABLE public.federation_nonce ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.federation_nonce_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.federation_outgoing (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    act character varying(12) DEFAULT ''::character varying NOT NULL,
    reason character varying(20) DEFAULT ''::character varying NOT NULL,
    agency character varying(40) DEFAULT ''::character varying NOT NULL,
    at timestamp with time zone NOT NULL,
    delivery character varying(8) DEFAULT 'waiting'::character varying NOT NULL,
    next_at timestamp with time zone NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    why character varying(300) DEFAULT ''::character varying NOT NULL,
    ended_at timestamp with time zone,
    outcome_id bigint,
    peer_id bigint NOT NULL,
    referral_id bigint NOT NULL,
    report_id bigint NOT NULL,
    judgement_id bigint,
    CONSTRAINT outgoing_delivery_known CHECK (((delivery)::text = ANY (ARRAY[('waiting'::character varying)::text, ('done'::character varying)::text, ('refused'::character varying)::text]))),
    CONSTRAINT outgoing_kind_known CHECK (((kind)::text = ANY (ARRAY[('referral'::character varying)::text, ('recall'::character varying)::text, ('state'::character varying)::text, ('progress'::character varying)::text, ('outcome'::character varying)::text, ('feedback'::character varying)::text, ('retention'::character varying)::text])))
);
COMMENT ON TABLE public.federation_outgoing IS 'What is told to other installations, in order';
COMMENT ON COLUMN public.federation_outgoing.act IS 'life.Step';
COMMENT ON COLUMN public.federation_outgoing.agency IS 'code of the desk further down';
COMMENT ON COLUMN public.federation_outgoing.at IS 'when it happened';
COMMENT ON COLUMN public.federation_outgoing.next_at IS 'not tried before';
COMMENT ON COLUMN public.federation_outgoing.why IS 'why it waits, or was refused';
COMMENT ON COLUMN public.federation_outgoing.referral_id IS 'the hop between the two installations that it is about';
ALTER TABLE public.federation_outgoing ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.federation_outgoing_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.hash_lists_edition (
    id bigint NOT NULL,
    number integer NOT NULL,
    head bigint NOT NULL,
    entries integer NOT NULL,
    root bytea NOT NULL,
    note text NOT NULL,
    published_at timestamp with time zone NOT NULL,
    published_by character varying(254) NOT NULL,
    hash_list_id bigint NOT NULL
);
COMMENT ON TABLE public.hash_lists_edition IS 'Published states of lists: counts, roots and signatures, no hashes';
COMMENT ON COLUMN public.hash_lists_edition.number IS '1, 2, ... within the list';
COMMENT ON COLUMN public.hash_lists_edition.root IS 'RFC 6962, over the entries in order of kind and value';
COMMENT ON COLUMN public.hash_lists_edition.note IS 'the checkpoint with its signature (C2SP signed-note)';
ALTER TABLE public.hash_lists_edition ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.hash_lists_edition_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.hash_lists_entry (
    id bigint NOT NULL,
    algorithm character varying(12) NOT NULL COLLATE pg_catalog."C",
    value character varying(512) NOT NULL COLLATE pg_catalog."C",
    category character varying(30) NOT NULL,
    live boolean NOT NULL,
    "position" bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    hash_list_id bigint NOT NULL
);
COMMENT ON TABLE public.hash_lists_entry IS 'Published hashes, each where it stands in the order of changes';
COMMENT ON COLUMN public.hash_lists_entry.live IS 'false: withdrawn, kept for a while so that subscribers hear of it';
COMMENT ON COLUMN public.hash_lists_entry."position" IS '1, 2, ... in the order in which changes were committed';
ALTER TABLE public.hash_lists_entry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.hash_lists_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.hash_lists_finding (
    id bigint NOT NULL,
    category character varying(30) NOT NULL,
    reason character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_why character varying(300) NOT NULL,
    agency_id bigint NOT NULL,
    person_id bigint NOT NULL,
    withdrawn_by_id bigint,
    hash_list_id bigint,
    CONSTRAINT finding_reasoned CHECK ((NOT ((reason)::text = ''::text))),
    CONSTRAINT finding_withdrawn_whole CHECK ((((withdrawn_at IS NULL) AND (withdrawn_by_id IS NULL) AND ((withdrawn_why)::text = ''::text)) OR ((withdrawn_at IS NOT NULL) AND (withdrawn_by_id IS NOT NULL) AND (NOT ((withdrawn_why)::text = ''::text)))))
);
COMMENT ON TABLE public.hash_lists_finding IS 'What people of an agency found files to be';
COMMENT ON COLUMN public.hash_lists_finding.hash_list_id IS 'for a list made by hand; null: for any';
ALTER TABLE public.hash_lists_finding ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.hash_lists_finding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.hash_lists_foundhash (
    id bigint NOT NULL,
    algorithm character varying(12) NOT NULL COLLATE pg_catalog."C",
    value character varying(512) NOT NULL COLLATE pg_catalog."C",
    finding_id bigint NOT NULL
);
COMMENT ON TABLE public.hash_lists_foundhash IS 'Hashes of findings';
ALTER TABLE public.hash_lists_foundhash ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.hash_lists_foundhash_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.hash_lists_hashlist (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    title character varying(200) NOT NULL,
    categories character varying(30)[] NOT NULL,
    algorithms character varying(12)[] NOT NULL,
    by_hand boolean NOT NULL,
    needs smallint NOT NULL,
    automatic boolean NOT NULL,
    head bigint NOT NULL,
    floor bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    agency_id bigint NOT NULL,
    created_by_id bigint NOT NULL,
    CONSTRAINT hash_lists_hashlist_needs_check CHECK ((needs >= 0)),
    CONSTRAINT hashlist_floor_below CHECK (((floor >= 0) AND (floor <= head))),
    CONSTRAINT hashlist_name_shape CHECK (((name)::text ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT hashlist_needs_people CHECK (((needs >= 1) AND (needs <= 5))),
    CONSTRAINT hashlist_of_something CHECK ((
CASE
    WHEN (categories IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(categories, 1), 0)
END > 0))
);
COMMENT ON TABLE public.hash_lists_hashlist IS 'Lists of hashes that agencies publish: their rules, no hashes';
COMMENT ON COLUMN public.hash_lists_hashlist.name IS 'small letters, digits, hyphens; in addresses and checkpoints';
COMMENT ON COLUMN public.hash_lists_hashlist.categories IS 'found to be one of these; see data/words.toml';
COMMENT ON COLUMN public.hash_lists_hashlist.algorithms IS 'kinds of hashes that are handed out; empty: all';
COMMENT ON COLUMN public.hash_lists_hashlist.by_hand IS 'only findings that name this list; false: all in its categories';
COMMENT ON COLUMN public.hash_lists_hashlist.needs IS 'how many people of the agency must agree';
COMMENT ON COLUMN public.hash_lists_hashlist.automatic IS 'published by the software every hour; false: by a person';
COMMENT ON COLUMN public.hash_lists_hashlist.head IS 'position of the last change that is published';
COMMENT ON COLUMN public.hash_lists_hashlist.floor IS 'withdrawals up to here are forgotten: who is not as far starts anew';
ALTER TABLE public.hash_lists_hashlist ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.hash_lists_hashlist_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.hash_lists_moment (
    id bigint NOT NULL,
    up_to bigint NOT NULL,
    at bigint NOT NULL,
    hash_list_id bigint NOT NULL
);
COMMENT ON COLUMN public.hash_lists_moment.at IS 'seconds since 1970; rises with every row of a list';
ALTER TABLE public.hash_lists_moment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.hash_lists_moment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.hash_lists_subscriber (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    key_hash character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    last_read_at timestamp with time zone,
    last_read_to bigint NOT NULL,
    created_by_id bigint NOT NULL,
    hash_list_id bigint NOT NULL,
    peer_id bigint,
    provider_id bigint,
    CONSTRAINT hashsubscriber_is_one CHECK (((provider_id IS NULL) OR (peer_id IS NULL))),
    CONSTRAINT hashsubscriber_key_shape CHECK (((key_hash)::text ~ '^[0-9a-f]{64}$'::text))
);
COMMENT ON TABLE public.hash_lists_subscriber IS 'Who may read a list, and how far they have';
COMMENT ON COLUMN public.hash_lists_subscriber.key_hash IS 'SHA-256; the key itself is nowhere';
COMMENT ON COLUMN public.hash_lists_subscriber.last_read_at IS 'to the minute';
COMMENT ON COLUMN public.hash_lists_subscriber.last_read_to IS 'the position up to which it has the list';
ALTER TABLE public.hash_lists_subscriber ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.hash_lists_subscriber_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.leads_stepmark (
    id bigint NOT NULL,
    step character varying(40) NOT NULL,
    checklist character varying(20) NOT NULL,
    standing character varying(12) NOT NULL,
    reason character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL,
    person_id bigint NOT NULL,
    report_id bigint NOT NULL,
    CONSTRAINT stepmark_not_needed_has_reason CHECK (((NOT ((standing)::text = 'not_needed'::text)) OR (NOT ((reason)::text = ''::text)))),
    CONSTRAINT stepmark_standing_known CHECK (((standing)::text = ANY (ARRAY[('open'::character varying)::text, ('done'::character varying)::text, ('not_needed'::character varying)::text])))
);
COMMENT ON TABLE public.leads_stepmark IS 'Append-only: what people said of the next steps of a report at their desk';
COMMENT ON COLUMN public.leads_stepmark.step IS 'its id in the checklist (leads/data/next_steps.toml)';
COMMENT ON COLUMN public.leads_stepmark.checklist IS 'version of the checklist';
COMMENT ON COLUMN public.leads_stepmark.reason IS 'why it is not needed; names nobody';
COMMENT ON COLUMN public.leads_stepmark.agency_id IS 'whose checklist it is';
ALTER TABLE public.leads_stepmark ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.leads_stepmark_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.letters_letter (
    id bigint NOT NULL,
    number integer NOT NULL,
    form character varying(40) NOT NULL,
    form_version character varying(20) NOT NULL,
    language character varying(2) NOT NULL,
    holder_key character varying(120) NOT NULL,
    holder_name character varying(200) NOT NULL,
    version integer NOT NULL,
    edited boolean NOT NULL,
    missing jsonb NOT NULL,
    state character varying(10) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    reviewed_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    case_id bigint NOT NULL,
    made_by_id bigint,
    reviewed_by_id bigint,
    withdrawn_by_id bigint,
    CONSTRAINT letter_language_known CHECK (((language)::text = ANY (ARRAY[('en'::character varying)::text, ('hi'::character varying)::text, ('mr'::character varying)::text]))),
    CONSTRAINT letter_reviewed_whole CHECK (((NOT ((state)::text = 'reviewed'::text)) OR ((reviewed_at IS NOT NULL) AND (reviewed_by_id IS NOT NULL)))),
    CONSTRAINT letter_state_known CHECK (((state)::text = ANY (ARRAY[('draft'::character varying)::text, ('reviewed'::character varying)::text, ('withdrawn'::character varying)::text]))),
    CONSTRAINT letter_withdrawn_whole CHECK (((NOT ((state)::text = 'withdrawn'::text)) OR ((withdrawn_at IS NOT NULL) AND (withdrawn_by_id IS NOT NULL))))
);
COMMENT ON TABLE public.letters_letter IS 'Forms and letters of cases; what they say stands in their versions';
COMMENT ON COLUMN public.letters_letter.number IS 'running within the case; part of its reference';
COMMENT ON COLUMN public.letters_letter.form IS 'id of the form in letters/data';
COMMENT ON COLUMN public.letters_letter.holder_key IS 'to whom, by process.holders; empty: to nobody in particular';
COMMENT ON COLUMN public.letters_letter.version IS 'the version in force';
COMMENT ON COLUMN public.letters_letter.edited IS 'a person changed a text of it';
COMMENT ON COLUMN public.letters_letter.missing IS 'fields of the record that it lacks, and blanks to fill in';
COMMENT ON COLUMN public.letters_letter.made_by_id IS 'null: the operator, on the command line';
ALTER TABLE public.letters_letter ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.letters_letter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.letters_letterversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    body jsonb NOT NULL,
    why character varying(20) NOT NULL,
    report_ids bigint[] NOT NULL,
    law_version character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    case_id bigint NOT NULL,
    letter_id bigint NOT NULL,
    CONSTRAINT letterversion_why_known CHECK (((why)::text = ANY (ARRAY[('made'::character varying)::text, ('edited'::character varying)::text, ('afresh'::character varying)::text])))
);
COMMENT ON COLUMN public.letters_letterversion.body IS 'title, head and blocks (letters/body.py)';
COMMENT ON COLUMN public.letters_letterversion.why IS 'made, edited, afresh';
COMMENT ON COLUMN public.letters_letterversion.report_ids IS 'reports whose data stands in it';
COMMENT ON COLUMN public.letters_letterversion.case_id IS 'row-level security reads it here';
ALTER TABLE public.letters_letterversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.letters_letterversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.linking_cluster (
    id bigint NOT NULL,
    formed_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    size integer NOT NULL,
    ended_at timestamp with time zone,
    into_id bigint,
    CONSTRAINT cluster_size CHECK ((size >= 0))
);
COMMENT ON TABLE public.linking_cluster IS 'Clusters of reports; numbers only';
COMMENT ON COLUMN public.linking_cluster.size IS 'members';
ALTER TABLE public.linking_cluster ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.linking_cluster_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.linking_clusterchange (
    id bigint NOT NULL,
    kind character varying(8) NOT NULL,
    others bigint[] NOT NULL,
    reports bigint[] NOT NULL,
    report_count integer NOT NULL,
    identifiers bigint[] NOT NULL,
    actor character varying(254) NOT NULL,
    why character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL,
    cluster_id bigint NOT NULL,
    undoes_id bigint,
    CONSTRAINT clusterchange_kind_known CHECK (((kind)::text = ANY (ARRAY[('formed'::character varying)::text, ('joined'::character varying)::text, ('merged'::character varying)::text, ('split'::character varying)::text, ('left'::character varying)::text, ('parted'::character varying)::text, ('tied'::character varying)::text, ('undone'::character varying)::text])))
);
COMMENT ON TABLE public.linking_clusterchange IS 'Append-only: the history of clusters';
COMMENT ON COLUMN public.linking_clusterchange.others IS 'clusters that went in, or came out';
COMMENT ON COLUMN public.linking_clusterchange.reports IS 'reports that moved; of many the first';
COMMENT ON COLUMN public.linking_clusterchange.identifiers IS 'that were the evidence';
ALTER TABLE public.linking_clusterchange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.linking_clusterchange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.linking_compared (
    report_id bigint NOT NULL,
    report_version smallint NOT NULL,
    model_version character varying(40) NOT NULL,
    keys bigint[] NOT NULL,
    stage_run bigint NOT NULL,
    at timestamp with time zone NOT NULL
);
COMMENT ON TABLE public.linking_compared IS 'Where suggestions are looked for: numbers that say nothing of a person';
COMMENT ON COLUMN public.linking_compared.keys IS 'hashes of folded texts: who shares one is compared';
COMMENT ON COLUMN public.linking_compared.stage_run IS 'up to which run of the linking stage; the next look begins there';
CREATE TABLE public.linking_cut (
    id bigint NOT NULL,
    why character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_why character varying(300) NOT NULL,
    agency_id bigint NOT NULL,
    by_id bigint NOT NULL,
    ended_by_id bigint,
    identifier_id bigint NOT NULL,
    report_id bigint
);
COMMENT ON TABLE public.linking_cut IS 'What people parted';
ALTER TABLE public.linking_cut ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.linking_cut_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.linking_edge (
    id bigint NOT NULL,
    rule character varying(40) NOT NULL,
    strength double precision NOT NULL,
    stage_version character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    identifier_id bigint NOT NULL,
    report_id bigint NOT NULL,
    stated_id bigint NOT NULL,
    CONSTRAINT edge_strength CHECK (((strength > (0.0)::double precision) AND (strength <= (1.0)::double precision)))
);
COMMENT ON TABLE public.linking_edge IS 'Reports and the identifiers that may link them; the evidence is the sightings';
COMMENT ON COLUMN public.linking_edge.rule IS 'id of the rule of strength in data/';
COMMENT ON COLUMN public.linking_edge.strength IS '0 to 1: how much sharing it says';
COMMENT ON COLUMN public.linking_edge.identifier_id IS 'where reports meet: a linking key';
COMMENT ON COLUMN public.linking_edge.stated_id IS 'the identifier as the report names it';
ALTER TABLE public.linking_edge ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.linking_edge_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.linking_hub (
    identifier_id bigint NOT NULL,
    rule character varying(40) NOT NULL,
    degree integer NOT NULL,
    most integer NOT NULL,
    since timestamp with time zone NOT NULL,
    counted character varying(8) DEFAULT 'reports'::character varying NOT NULL,
    CONSTRAINT hub_counted_known CHECK (((counted)::text = ANY (ARRAY[('reports'::character varying)::text, ('accounts'::character varying)::text])))
);
COMMENT ON TABLE public.linking_hub IS 'Identifiers that link nobody';
COMMENT ON COLUMN public.linking_hub.degree IS 'reports, or accounts in them, that had it when it was found';
COMMENT ON COLUMN public.linking_hub.most IS 'how many the rule allows';
CREATE TABLE public.linking_member (
    report_id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    cluster_id bigint NOT NULL
);
COMMENT ON TABLE public.linking_member IS 'Members of clusters';
CREATE TABLE public.linking_suggestion (
    id bigint NOT NULL,
    probability double precision NOT NULL,
    comparisons jsonb NOT NULL,
    model_version character varying(40) NOT NULL,
    at timestamp with time zone NOT NULL,
    state character varying(8) NOT NULL,
    decided_at timestamp with time zone,
    why character varying(300) NOT NULL,
    decided_by_id bigint,
    high_id bigint NOT NULL,
    low_id bigint NOT NULL,
    CONSTRAINT suggestion_lower_first CHECK ((low_id < high_id)),
    CONSTRAINT suggestion_probability CHECK (((probability >= (0.0)::double precision) AND (probability <= (1.0)::double precision))),
    CONSTRAINT suggestion_state_known CHECK (((state)::text = ANY (ARRAY[('open'::character varying)::text, ('taken'::character varying)::text, ('refused'::character varying)::text, ('gone'::character varying)::text])))
);
COMMENT ON TABLE public.linking_suggestion IS 'What a model thinks alike; nothing is joined by it';
COMMENT ON COLUMN public.linking_suggestion.probability IS '0 to 1, by the model';
COMMENT ON COLUMN public.linking_suggestion.comparisons IS '[{field, level, weight, sentence}, ...]: why';
ALTER TABLE public.linking_suggestion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.linking_suggestion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.linking_tie (
    id bigint NOT NULL,
    why character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_why character varying(300) NOT NULL,
    agency_id bigint NOT NULL,
    by_id bigint NOT NULL,
    ended_by_id bigint,
    high_id bigint NOT NULL,
    low_id bigint NOT NULL,
    CONSTRAINT tie_lower_first CHECK ((low_id < high_id))
);
COMMENT ON TABLE public.linking_tie IS 'What people joined';
ALTER TABLE public.linking_tie ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.linking_tie_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.matching_filehash (
    id bigint NOT NULL,
    stated boolean NOT NULL,
    file_id bigint NOT NULL,
    report_id bigint NOT NULL,
    value_id bigint NOT NULL
);
COMMENT ON TABLE public.matching_filehash IS 'Which files have a hash';
COMMENT ON COLUMN public.matching_filehash.stated IS 'the provider''s word; false: computed here';
ALTER TABLE public.matching_filehash ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.matching_filehash_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.matching_hashvalue (
    id bigint NOT NULL,
    algorithm character varying(12) NOT NULL COLLATE pg_catalog."C",
    value bytea NOT NULL,
    fault character varying(20) DEFAULT ''::character varying NOT NULL,
    "position" bigint,
    first_seen_at timestamp with time zone NOT NULL,
    CONSTRAINT hashvalue_position_of_pdq CHECK ((("position" IS NULL) OR (((algorithm)::text = 'pdq'::text) AND ((fault)::text = ''::text))))
);
COMMENT ON TABLE public.matching_hashvalue IS 'Hashes; nothing here says who reported a file or which list has it';
COMMENT ON COLUMN public.matching_hashvalue.algorithm IS 'md5, sha1, sha256, pdq; others are opaque';
COMMENT ON COLUMN public.matching_hashvalue.value IS 'the bytes of a hexadecimal value, else the text in UTF-8';
COMMENT ON COLUMN public.matching_hashvalue.fault IS 'why it is never matched, such as all_zero';
COMMENT ON COLUMN public.matching_hashvalue."position" IS 'PDQ only: 1, 2, ... without gaps, the place in the index; null: not settled yet';
ALTER TABLE public.matching_hashvalue ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.matching_hashvalue_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.matching_knownhash (
    id bigint NOT NULL,
    category character varying(30) NOT NULL,
    confidence double precision,
    reference character varying(200) NOT NULL,
    revision integer NOT NULL,
    revoked_at timestamp with time zone,
    value_id bigint NOT NULL,
    known_list_id bigint NOT NULL
);
COMMENT ON TABLE public.matching_knownhash IS 'Entries of hash lists that were brought in';
COMMENT ON COLUMN public.matching_knownhash.category IS 'empty: the list''s';
COMMENT ON COLUMN public.matching_knownhash.confidence IS 'null: the list''s';
COMMENT ON COLUMN public.matching_knownhash.reference IS 'the publisher''s own number';
COMMENT ON COLUMN public.matching_knownhash.revision IS 'of the list, when it was last changed';
ALTER TABLE public.matching_knownhash ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.matching_knownhash_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.matching_knownlist (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    title character varying(200) NOT NULL,
    publisher character varying(200) NOT NULL,
    category character varying(30) NOT NULL,
    confidence double precision NOT NULL,
    revision integer NOT NULL,
    created_by character varying(254) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    agency_id bigint,
    CONSTRAINT knownlist_confidence CHECK (((confidence >= (0.0)::double precision) AND (confidence <= (1.0)::double precision))),
    CONSTRAINT knownlist_name_shape CHECK (((name)::text ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);
COMMENT ON TABLE public.matching_knownlist IS 'Hash lists that were brought in';
COMMENT ON COLUMN public.matching_knownlist.name IS 'small letters, digits, hyphens';
COMMENT ON COLUMN public.matching_knownlist.category IS 'of entries that state none; see data/';
COMMENT ON COLUMN public.matching_knownlist.confidence IS '0 to 1, of entries that state none';
COMMENT ON COLUMN public.matching_knownlist.revision IS 'goes up with each import that changed something';
COMMENT ON COLUMN public.matching_knownlist.ended_at IS 'nothing is matched against it any more';
COMMENT ON COLUMN public.matching_knownlist.agency_id IS 'null: for the whole installation';
ALTER TABLE public.matching_knownlist ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.matching_knownlist_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.matching_match (
    id bigint NOT NULL,
    distance smallint NOT NULL,
    stage_version character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    file_id bigint NOT NULL,
    known_id bigint NOT NULL,
    report_id bigint NOT NULL,
    CONSTRAINT match_distance CHECK (((distance >= 0) AND (distance <= 31)))
);
COMMENT ON TABLE public.matching_match IS 'Reported files that lists know';
COMMENT ON COLUMN public.matching_match.distance IS '0: the same hash; 1 to 31: PDQ bits that differ';
COMMENT ON COLUMN public.matching_match.at IS 'when it was found, which may be long after the report came';
COMMENT ON COLUMN public.matching_match.ended_at IS 'the entry was revoked, or the list ended';
ALTER TABLE public.matching_match ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.matching_match_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.matching_nearvalue (
    id bigint NOT NULL,
    distance smallint NOT NULL,
    high_id bigint NOT NULL,
    low_id bigint NOT NULL,
    CONSTRAINT nearvalue_distance CHECK (((distance >= 1) AND (distance <= 31))),
    CONSTRAINT nearvalue_lower_first CHECK ((low_id < high_id))
);
COMMENT ON TABLE public.matching_nearvalue IS 'Which PDQ values are near each other; bounded for each value';
COMMENT ON COLUMN public.matching_nearvalue.distance IS 'bits that differ, 1 to 31';
ALTER TABLE public.matching_nearvalue ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.matching_nearvalue_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);
ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_actionday (
    id bigint NOT NULL,
    day date NOT NULL,
    name character varying(120) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by_id bigint,
    operation_id bigint NOT NULL
);
ALTER TABLE public.operations_actionday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_actionday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_boardentry (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    number integer NOT NULL,
    note character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL,
    by_id bigint,
    corrects_id bigint,
    day_id bigint NOT NULL,
    operation_id bigint NOT NULL,
    CONSTRAINT boardentry_counts CHECK ((((corrects_id IS NULL) AND (number >= 1)) OR ((corrects_id IS NOT NULL) AND (NOT ((note)::text = ''::text))))),
    CONSTRAINT boardentry_kind_known CHECK (((kind)::text = ANY (ARRAY[('children_safeguarded'::character varying)::text, ('searches_planned'::character varying)::text, ('searches_done'::character varying)::text, ('seizures'::character varying)::text, ('arrests'::character varying)::text]))),
    CONSTRAINT operations_boardentry_number_check CHECK ((number >= 0))
);
COMMENT ON TABLE public.operations_boardentry IS 'Numbers of days of action, as they came';
COMMENT ON COLUMN public.operations_boardentry.note IS 'names no child and no person';
ALTER TABLE public.operations_boardentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_boardentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_changed (
    id bigint NOT NULL,
    report_id bigint,
    case_id bigint,
    since timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);
COMMENT ON TABLE public.operations_changed IS 'What rules and figures of operations are to look at again: ids only';
ALTER TABLE public.operations_changed ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_changed_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_closing (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    reason character varying(500) NOT NULL,
    figures jsonb NOT NULL,
    goals jsonb NOT NULL,
    by_id bigint,
    operation_id bigint NOT NULL
);
COMMENT ON COLUMN public.operations_closing.figures IS 'figure → {rows, value}, over everything that belonged to it';
COMMENT ON COLUMN public.operations_closing.goals IS 'figure → target';
ALTER TABLE public.operations_closing ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_closing_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_districttask (
    id bigint NOT NULL,
    due_at timestamp with time zone,
    state character varying(10) NOT NULL,
    note character varying(300) NOT NULL,
    state_at timestamp with time zone NOT NULL,
    changes integer NOT NULL,
    agency_id bigint NOT NULL,
    officer_id bigint,
    operation_id bigint NOT NULL,
    state_by_id bigint,
    task_id bigint NOT NULL,
    CONSTRAINT districttask_cannot_why CHECK (((NOT ((state)::text = 'cannot'::text)) OR (NOT ((note)::text = ''::text)))),
    CONSTRAINT districttask_state_known CHECK (((state)::text = ANY (ARRAY[('open'::character varying)::text, ('started'::character varying)::text, ('done'::character varying)::text, ('cannot'::character varying)::text])))
);
ALTER TABLE public.operations_districttask ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_districttask_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_fact (
    id bigint NOT NULL,
    holders bigint[] NOT NULL,
    referred boolean NOT NULL,
    accepted boolean NOT NULL,
    operation_id bigint NOT NULL,
    report_id bigint NOT NULL
);
COMMENT ON TABLE public.operations_fact IS 'Reports of operations, as figures count them';
COMMENT ON COLUMN public.operations_fact.holders IS 'the agencies that hold or held it, in order: who sees it';
ALTER TABLE public.operations_fact ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_fact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_goal (
    id bigint NOT NULL,
    figure character varying(40) NOT NULL,
    target integer NOT NULL,
    operation_id bigint NOT NULL,
    CONSTRAINT goal_counts CHECK ((target >= 1)),
    CONSTRAINT operations_goal_target_check CHECK ((target >= 0))
);
COMMENT ON COLUMN public.operations_goal.figure IS 'name in operations/figures.py';
ALTER TABLE public.operations_goal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_goal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_membership (
    id bigint NOT NULL,
    reason character varying(300) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    taken_out_at timestamp with time zone,
    taken_out_why character varying(300) NOT NULL,
    added_by_id bigint,
    case_id bigint,
    operation_id bigint NOT NULL,
    report_id bigint,
    taken_out_by_id bigint,
    rule_id bigint,
    CONSTRAINT membership_one_of_two CHECK ((((case_id IS NULL) AND (report_id IS NOT NULL)) OR ((case_id IS NOT NULL) AND (report_id IS NULL)))),
    CONSTRAINT membership_says_why CHECK (((rule_id IS NOT NULL) OR (added_by_id IS NOT NULL))),
    CONSTRAINT membership_taken_out_whole CHECK ((((taken_out_at IS NULL) AND (taken_out_by_id IS NULL) AND ((taken_out_why)::text = ''::text)) OR ((taken_out_at IS NOT NULL) AND (taken_out_by_id IS NOT NULL) AND (NOT ((taken_out_why)::text = ''::text)))))
);
COMMENT ON TABLE public.operations_membership IS 'Cases and leads of operations';
COMMENT ON COLUMN public.operations_membership.reason IS 'of the person who put it in';
ALTER TABLE public.operations_membership ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_membership_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_operation (
    id bigint NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(120) NOT NULL,
    since date NOT NULL,
    note text NOT NULL,
    agency_id bigint NOT NULL,
    changes integer DEFAULT 0 NOT NULL,
    lead_officer_id bigint,
    state character varying(10) DEFAULT 'running'::character varying NOT NULL,
    state_at timestamp with time zone,
    state_reason character varying(500) DEFAULT ''::character varying NOT NULL,
    until date,
    CONSTRAINT operation_closed_why CHECK (((NOT ((state)::text = 'closed'::text)) OR ((state_at IS NOT NULL) AND (NOT ((state_reason)::text = ''::text))))),
    CONSTRAINT operation_period_order CHECK (((until IS NULL) OR (until >= since))),
    CONSTRAINT operation_state_known CHECK (((state)::text = ANY (ARRAY[('planned'::character varying)::text, ('running'::character varying)::text, ('closed'::character varying)::text])))
);
COMMENT ON COLUMN public.operations_operation.since IS 'first day of its period';
COMMENT ON COLUMN public.operations_operation.note IS 'its goals in words; names no child and no person';
COMMENT ON COLUMN public.operations_operation.agency_id IS 'who runs it';
COMMENT ON COLUMN public.operations_operation.changes IS 'counts up with every change; a form says which it saw';
COMMENT ON COLUMN public.operations_operation.state_at IS 'null: since it was added';
COMMENT ON COLUMN public.operations_operation.until IS 'last day of its period; null: not fixed';
ALTER TABLE public.operations_operation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_operation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_operationagency (
    id bigint NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by character varying(254) NOT NULL,
    ended_at timestamp with time zone,
    agency_id bigint NOT NULL,
    operation_id bigint NOT NULL
);
ALTER TABLE public.operations_operationagency ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_operationagency_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_operationmember (
    id bigint NOT NULL,
    part character varying(120) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by character varying(254) NOT NULL,
    ended_at timestamp with time zone,
    ended_by character varying(254) NOT NULL,
    agency_id bigint,
    operation_id bigint NOT NULL,
    person_id bigint,
    CONSTRAINT operationmember_one_of_two CHECK ((((agency_id IS NULL) AND (person_id IS NOT NULL)) OR ((agency_id IS NOT NULL) AND (person_id IS NULL))))
);
COMMENT ON COLUMN public.operations_operationmember.part IS 'what they have to do with it';
ALTER TABLE public.operations_operationmember ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_operationmember_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_operationtask (
    id bigint NOT NULL,
    text character varying(300) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by_id bigint,
    operation_id bigint NOT NULL,
    phase_id bigint
);
COMMENT ON COLUMN public.operations_operationtask.text IS 'names no child and no person';
ALTER TABLE public.operations_operationtask ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_operationtask_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_phase (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    since date NOT NULL,
    until date,
    operation_id bigint NOT NULL,
    CONSTRAINT phase_period_order CHECK (((until IS NULL) OR (until >= since)))
);
ALTER TABLE public.operations_phase ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_phase_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_rule (
    id bigint NOT NULL,
    section_id character varying(60) NOT NULL,
    received_from date,
    received_until date,
    added_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    added_by_id bigint,
    cluster_id bigint,
    district_id bigint,
    operation_id bigint NOT NULL,
    reporter_id bigint,
    scan_cases_below bigint,
    scan_from bigint,
    scan_reports_below bigint,
    CONSTRAINT rule_days_order CHECK (((received_until IS NULL) OR (received_from IS NULL) OR (received_until >= received_from))),
    CONSTRAINT rule_says_something CHECK (((district_id IS NOT NULL) OR (NOT ((section_id)::text = ''::text)) OR (reporter_id IS NOT NULL) OR (cluster_id IS NOT NULL) OR (received_from IS NOT NULL)))
);
COMMENT ON COLUMN public.operations_rule.section_id IS 'id in investigation/legal/data';
COMMENT ON COLUMN public.operations_rule.received_until IS 'the last day, included';
COMMENT ON COLUMN public.operations_rule.added_by_id IS 'null: software';
COMMENT ON COLUMN public.operations_rule.cluster_id IS 'all that is linked with this report';
COMMENT ON COLUMN public.operations_rule.district_id IS 'the desk that holds or held it';
COMMENT ON COLUMN public.operations_rule.reporter_id IS 'the platform that filed it';
COMMENT ON COLUMN public.operations_rule.scan_cases_below IS 'as of reports';
COMMENT ON COLUMN public.operations_rule.scan_from IS 'the report with which the whole scan began';
COMMENT ON COLUMN public.operations_rule.scan_reports_below IS 'the whole scan goes from the newest report down and is here; null: done';
ALTER TABLE public.operations_rule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_rule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_tally (
    id bigint NOT NULL,
    holders bigint[] NOT NULL,
    referred boolean NOT NULL,
    accepted boolean NOT NULL,
    reports integer NOT NULL,
    operation_id bigint NOT NULL
);
COMMENT ON TABLE public.operations_tally IS 'How many reports of operations are alike';
ALTER TABLE public.operations_tally ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_tally_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.outcomes_outcome (
    id bigint NOT NULL,
    kind character varying(40) NOT NULL,
    edition character varying(20) NOT NULL,
    number integer,
    "on" date NOT NULL,
    text character varying(1000) NOT NULL,
    for_senders character varying(300) NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_why character varying(300) NOT NULL,
    agency_id bigint NOT NULL,
    case_id bigint,
    recorded_by_id bigint,
    withdrawn_by_id bigint,
    uid character varying(120) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT outcome_number_counts CHECK (((number IS NULL) OR (number >= 1))),
    CONSTRAINT outcome_withdrawn_whole CHECK ((((withdrawn_at IS NULL) AND (withdrawn_by_id IS NULL) AND ((withdrawn_why)::text = ''::text)) OR ((withdrawn_at IS NOT NULL) AND ((withdrawn_by_id IS NOT NULL) OR (NOT ((uid)::text = ''::text)))))),
    CONSTRAINT outcome_written_or_heard CHECK ((((recorded_by_id IS NOT NULL) AND ((uid)::text = ''::text)) OR ((NOT ((uid)::text = ''::text)) AND (case_id IS NULL) AND (recorded_by_id IS NULL) AND ((text)::text = ''::text)))),
    CONSTRAINT outcomes_outcome_number_check CHECK ((number >= 0))
);
COMMENT ON TABLE public.outcomes_outcome IS 'What became of cases and of reports on desks';
COMMENT ON COLUMN public.outcomes_outcome.kind IS 'id in data/outcomes.toml';
COMMENT ON COLUMN public.outcomes_outcome.edition IS 'version of that file then';
COMMENT ON COLUMN public.outcomes_outcome.number IS 'what the kind counts, of the whole case, in all so far';
COMMENT ON COLUMN public.outcomes_outcome."on" IS 'when it happened, at the desk';
COMMENT ON COLUMN public.outcomes_outcome.text IS 'for the desk itself only';
COMMENT ON COLUMN public.outcomes_outcome.for_senders IS 'meant for the desks above';
COMMENT ON COLUMN public.outcomes_outcome.recorded_by_id IS 'null: heard from another installation, which names nobody';
COMMENT ON COLUMN public.outcomes_outcome.uid IS 'urn:tipline:INSTALLATION:outcome:NUMBER of where it was written; empty: here';
ALTER TABLE public.outcomes_outcome ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outcomes_outcome_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.outcomes_reminder (
    id bigint NOT NULL,
    kind character varying(15) NOT NULL,
    since timestamp with time zone NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    acknowledged_at timestamp with time zone,
    acknowledged_by_id bigint,
    agency_id bigint NOT NULL,
    case_id bigint,
    report_id bigint,
    CONSTRAINT outcomereminder_kind_known CHECK (((kind)::text = ANY (ARRAY[('case_open'::character varying)::text, ('case_closed'::character varying)::text, ('report'::character varying)::text]))),
    CONSTRAINT outcomereminder_of_one_thing CHECK (((((kind)::text = 'report'::text) AND (report_id IS NOT NULL)) OR ((NOT ((kind)::text = 'report'::text)) AND (case_id IS NOT NULL) AND (report_id IS NULL)))),
    CONSTRAINT outcomereminder_seen_by_somebody CHECK ((((acknowledged_at IS NULL) AND (acknowledged_by_id IS NULL)) OR ((acknowledged_at IS NOT NULL) AND (acknowledged_by_id IS NOT NULL))))
);
COMMENT ON TABLE public.outcomes_reminder IS 'Outcomes that are missing, raised at desks';
COMMENT ON COLUMN public.outcomes_reminder.since IS 'opened, closed or accepted';
ALTER TABLE public.outcomes_reminder ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outcomes_reminder_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.outcomes_reportoutcome (
    id bigint NOT NULL,
    kind character varying(40) NOT NULL,
    number integer,
    "on" date NOT NULL,
    for_senders character varying(300) NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    agency_id bigint NOT NULL,
    outcome_id bigint NOT NULL,
    report_id bigint NOT NULL,
    heard_at timestamp with time zone,
    said_by character varying(40) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT outcomes_reportoutcome_number_check CHECK ((number >= 0))
);
COMMENT ON TABLE public.outcomes_reportoutcome IS 'Outcomes as the desks above see them, a row a report';
COMMENT ON COLUMN public.outcomes_reportoutcome.agency_id IS 'whose word it is; of what was heard, who told it';
COMMENT ON COLUMN public.outcomes_reportoutcome.heard_at IS 'when another installation told it; null: it was written here';
COMMENT ON COLUMN public.outcomes_reportoutcome.said_by IS 'of what was heard: code of whose word it is, as told';
ALTER TABLE public.outcomes_reportoutcome ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outcomes_reportoutcome_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.packages_refusedpackage (
    id bigint NOT NULL,
    digest character varying(64) NOT NULL,
    code character varying(40) NOT NULL,
    message character varying(500) NOT NULL,
    uid character varying(36) NOT NULL,
    at timestamp with time zone NOT NULL,
    by character varying(254) NOT NULL,
    agency_id bigint,
    claimed_installation character varying(80) DEFAULT ''::character varying NOT NULL,
    claimed_sender character varying(40) DEFAULT ''::character varying NOT NULL
);
COMMENT ON TABLE public.packages_refusedpackage IS 'Append-only: packages that were refused';
COMMENT ON COLUMN public.packages_refusedpackage.digest IS 'SHA-256 of the file that was brought';
COMMENT ON COLUMN public.packages_refusedpackage.code IS 'why, by docs/reference/package-format.md';
COMMENT ON COLUMN public.packages_refusedpackage.uid IS 'that it claims';
COMMENT ON COLUMN public.packages_refusedpackage.agency_id IS 'of who brought it; null: the operator';
COMMENT ON COLUMN public.packages_refusedpackage.claimed_installation IS 'installation that it claims to come from';
COMMENT ON COLUMN public.packages_refusedpackage.claimed_sender IS 'agency that it claims to come from';
ALTER TABLE public.packages_refusedpackage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.packages_refusedpackage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.packages_sealedrelease (
    id bigint NOT NULL,
    custodian character varying(100) NOT NULL,
    reason character varying(300) NOT NULL,
    seals jsonb NOT NULL,
    state character varying(10) NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    decided_by_id bigint,
    from_agency_id bigint NOT NULL,
    package_id bigint,
    proposed_by_id bigint NOT NULL,
    referral_id bigint NOT NULL,
    report_id bigint NOT NULL,
    CONSTRAINT sealedrelease_carried CHECK ((((package_id IS NOT NULL) AND ((state)::text = 'carried'::text)) OR ((NOT ((state)::text = 'carried'::text)) AND (package_id IS NULL)))),
    CONSTRAINT sealedrelease_decided CHECK ((((decided_at IS NULL) AND (decided_by_id IS NULL) AND ((state)::text = 'proposed'::text)) OR ((NOT ((state)::text = 'proposed'::text)) AND (decided_at IS NOT NULL) AND (decided_by_id IS NOT NULL)))),
    CONSTRAINT sealedrelease_state CHECK (((state)::text = ANY (ARRAY[('proposed'::character varying)::text, ('approved'::character varying)::text, ('refused'::character varying)::text, ('carried'::character varying)::text]))),
    CONSTRAINT sealedrelease_two_persons CHECK (((decided_by_id IS NULL) OR (NOT ((decided_by_id = proposed_by_id) AND (decided_by_id IS NOT NULL)))))
);
COMMENT ON TABLE public.packages_sealedrelease IS 'Sealed evidence that two persons let travel in a package, as ciphertext';
COMMENT ON COLUMN public.packages_sealedrelease.custodian IS 'age public key of the receiver''s, to whom all copies are sealed already';
COMMENT ON COLUMN public.packages_sealedrelease.seals IS 'SHA-256 of each sealed copy that was looked at: these and no others travel';
ALTER TABLE public.packages_sealedrelease ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.packages_sealedrelease_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.packages_senthop (
    id bigint NOT NULL,
    referral_id bigint NOT NULL,
    report_id bigint NOT NULL,
    package_id bigint NOT NULL
);
COMMENT ON TABLE public.packages_senthop IS 'Append-only: which hops a package carries';
ALTER TABLE public.packages_senthop ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.packages_senthop_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.packages_sentpackage (
    id bigint NOT NULL,
    uid uuid NOT NULL,
    digest character varying(64) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by character varying(254) NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    reports integer NOT NULL,
    bytes bigint NOT NULL,
    data jsonb NOT NULL,
    encrypted boolean NOT NULL,
    received_at timestamp with time zone,
    receipt text NOT NULL,
    from_agency_id bigint NOT NULL,
    to_agency_id bigint NOT NULL,
    log_size bigint DEFAULT 0 NOT NULL,
    CONSTRAINT sentpackage_digest_shape CHECK (((digest)::text ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT sentpackage_receipt_whole CHECK ((((receipt = ''::text) AND (received_at IS NULL)) OR ((received_at IS NOT NULL) AND (NOT (receipt = ''::text)))))
);
COMMENT ON TABLE public.packages_sentpackage IS 'Packages that were handed out';
COMMENT ON COLUMN public.packages_sentpackage.uid IS 'of the hand-over';
COMMENT ON COLUMN public.packages_sentpackage.digest IS 'SHA-256 of its tag manifest, which is what is signed';
COMMENT ON COLUMN public.packages_sentpackage.bytes IS 'size of the file, before it was encrypted';
COMMENT ON COLUMN public.packages_sentpackage.data IS 'kinds of data that it carries';
COMMENT ON COLUMN public.packages_sentpackage.encrypted IS 'to the receiver, in the age format';
COMMENT ON COLUMN public.packages_sentpackage.received_at IS 'when the other side took it, by its receipt';
COMMENT ON COLUMN public.packages_sentpackage.receipt IS 'as it came, with its signature';
COMMENT ON COLUMN public.packages_sentpackage.log_size IS 'of the checkpoint of this log that it tells; 0: none';
ALTER TABLE public.packages_sentpackage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.packages_sentpackage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.packages_takenpackage (
    id bigint NOT NULL,
    uid uuid NOT NULL,
    digest character varying(64) NOT NULL,
    installation character varying(80) NOT NULL,
    key character varying(200) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    taken_by character varying(254) NOT NULL,
    agreement character varying(300) NOT NULL,
    reports integer NOT NULL,
    new_reports integer NOT NULL,
    receipt text NOT NULL,
    from_agency_id bigint NOT NULL,
    to_agency_id bigint NOT NULL,
    checkpoint text DEFAULT ''::text NOT NULL,
    log_size bigint DEFAULT 0 NOT NULL,
    CONSTRAINT takenpackage_digest_shape CHECK (((digest)::text ~ '^[0-9a-f]{64}$'::text))
);
COMMENT ON TABLE public.packages_takenpackage IS 'Append-only: packages that were taken in';
COMMENT ON COLUMN public.packages_takenpackage.uid IS 'of the hand-over, given by the sender';
COMMENT ON COLUMN public.packages_takenpackage.installation IS 'of the sender';
COMMENT ON COLUMN public.packages_takenpackage.key IS 'that signed it';
COMMENT ON COLUMN public.packages_takenpackage.agreement IS 'the reference that the sender named';
COMMENT ON COLUMN public.packages_takenpackage.reports IS 'that it carries';
COMMENT ON COLUMN public.packages_takenpackage.new_reports IS 'that were not here before';
COMMENT ON COLUMN public.packages_takenpackage.receipt IS 'as it was given';
COMMENT ON COLUMN public.packages_takenpackage.checkpoint IS 'of the sender''s log, as the package told it; kept to compare';
COMMENT ON COLUMN public.packages_takenpackage.log_size IS 'of that checkpoint; 0: none';
ALTER TABLE public.packages_takenpackage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.packages_takenpackage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.packages_takenreturn (
    id bigint NOT NULL,
    uid uuid NOT NULL,
    digest character varying(64) NOT NULL,
    key character varying(200) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    taken_by character varying(254) NOT NULL,
    messages integer NOT NULL,
    answer text NOT NULL,
    peer_id bigint NOT NULL,
    CONSTRAINT takenreturn_digest_shape CHECK (((digest)::text ~ '^[0-9a-f]{64}$'::text))
);
COMMENT ON TABLE public.packages_takenreturn IS 'Append-only: returns that were taken in';
COMMENT ON COLUMN public.packages_takenreturn.uid IS 'given by the sender';
COMMENT ON COLUMN public.packages_takenreturn.digest IS 'SHA-256 of what is signed';
COMMENT ON COLUMN public.packages_takenreturn.key IS 'that signed it';
COMMENT ON COLUMN public.packages_takenreturn.messages IS 'that it carries';
COMMENT ON COLUMN public.packages_takenreturn.answer IS 'as it was given';
ALTER TABLE public.packages_takenreturn ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.packages_takenreturn_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.parties_linkalert (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    subject character varying(120) NOT NULL,
    detail character varying(500) DEFAULT ''::character varying NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    count bigint DEFAULT 1 NOT NULL,
    seen_at timestamp with time zone,
    ended_at timestamp with time zone,
    seen_by_id bigint,
    CONSTRAINT linkalert_kind_known CHECK (((kind)::text = ANY (ARRAY[('failing'::character varying)::text, ('waiting'::character varying)::text, ('agreement'::character varying)::text, ('package'::character varying)::text, ('revoked_key'::character varying)::text])))
);
COMMENT ON TABLE public.parties_linkalert IS 'What went wrong between installations, until it is mended and seen';
COMMENT ON COLUMN public.parties_linkalert.subject IS 'the peer, the two desks, or the code of the refusal and the desk';
COMMENT ON COLUMN public.parties_linkalert.count IS 'how often it was found';
COMMENT ON COLUMN public.parties_linkalert.ended_at IS 'its cause is gone, or somebody looked at what happened once';
ALTER TABLE public.parties_linkalert ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.parties_linkalert_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.parties_ownname (
    one boolean NOT NULL,
    name character varying(40) NOT NULL,
    url character varying(300) NOT NULL,
    set_at timestamp with time zone NOT NULL,
    CONSTRAINT ownname_one CHECK (one),
    CONSTRAINT ownname_shape CHECK (((name)::text ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);
COMMENT ON TABLE public.parties_ownname IS 'The name of this installation among its peers';
COMMENT ON COLUMN public.parties_ownname.name IS 'of all identifiers that others keep: never changed once told';
COMMENT ON COLUMN public.parties_ownname.url IS 'https://; empty: reached by stick alone';
CREATE TABLE public.parties_peer (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    url character varying(300) NOT NULL,
    state character varying(12) NOT NULL,
    state_at timestamp with time zone NOT NULL,
    state_why character varying(300) NOT NULL,
    age_recipient character varying(100) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    versions smallint[] NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by character varying(254) NOT NULL,
    confirmed_at timestamp with time zone,
    confirmed_by character varying(254) NOT NULL,
    added_by_person_id bigint,
    CONSTRAINT peer_active_confirmed CHECK (((NOT ((state)::text = 'active'::text)) OR (confirmed_at IS NOT NULL))),
    CONSTRAINT peer_name_shape CHECK (((name)::text ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT peer_state_known CHECK (((state)::text = ANY (ARRAY[('invited'::character varying)::text, ('active'::character varying)::text, ('suspended'::character varying)::text, ('ended'::character varying)::text])))
);
COMMENT ON TABLE public.parties_peer IS 'Other installations that this one exchanges with';
COMMENT ON COLUMN public.parties_peer.name IS 'what it calls itself';
COMMENT ON COLUMN public.parties_peer.url IS 'empty: by stick alone';
COMMENT ON COLUMN public.parties_peer.age_recipient IS 'what is encrypted to it';
COMMENT ON COLUMN public.parties_peer.fingerprint IS 'of its descriptor, as compared by telephone; hex';
COMMENT ON COLUMN public.parties_peer.versions IS 'of the wire that it speaks';
ALTER TABLE public.parties_peer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.parties_peer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.parties_peerkey (
    id bigint NOT NULL,
    key character varying(200) NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_until timestamp with time zone,
    endorsed boolean NOT NULL,
    added_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_why character varying(300) NOT NULL,
    peer_id bigint NOT NULL,
    CONSTRAINT peerkey_revoked_why CHECK ((((revoked_at IS NULL) AND ((revoked_why)::text = ''::text)) OR ((revoked_at IS NOT NULL) AND (NOT ((revoked_why)::text = ''::text)))))
);
COMMENT ON TABLE public.parties_peerkey IS 'Keys of peers';
COMMENT ON COLUMN public.parties_peerkey.key IS 'C2SP verifying key, NAME+HASH+KEY';
COMMENT ON COLUMN public.parties_peerkey.valid_until IS 'null: in use';
COMMENT ON COLUMN public.parties_peerkey.endorsed IS 'came by an endorsement of a key believed before';
ALTER TABLE public.parties_peerkey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.parties_peerkey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.parties_remotedesk (
    agency_id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    peer_id bigint NOT NULL
);
COMMENT ON TABLE public.parties_remotedesk IS 'Agencies whose people work in another installation';
CREATE TABLE public.pipeline_quarantine (
    id bigint NOT NULL,
    report_version smallint NOT NULL,
    stage character varying(20) NOT NULL,
    stage_version character varying(20) NOT NULL,
    error character varying(100) NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone NOT NULL,
    released_at timestamp with time zone,
    report_id bigint NOT NULL
);
COMMENT ON COLUMN public.pipeline_quarantine.error IS 'class of the error';
COMMENT ON COLUMN public.pipeline_quarantine.reason IS 'classes, codes and names of tables; never a text that may quote the report';
ALTER TABLE public.pipeline_quarantine ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pipeline_quarantine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.pipeline_stagerun (
    id bigint NOT NULL,
    report_version smallint NOT NULL,
    stage character varying(20) NOT NULL,
    stage_version character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    report_id bigint NOT NULL
);
ALTER TABLE public.pipeline_stagerun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pipeline_stagerun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.process_platformdirectory (
    id bigint NOT NULL,
    version character varying(20) NOT NULL,
    sha256 character varying(64) NOT NULL,
    body jsonb NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    imported_by character varying(254) NOT NULL,
    active boolean NOT NULL
);
COMMENT ON COLUMN public.process_platformdirectory.version IS 'as the file itself says';
COMMENT ON COLUMN public.process_platformdirectory.body IS 'the file, checked';
ALTER TABLE public.process_platformdirectory ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.process_platformdirectory_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.process_request (
    id bigint NOT NULL,
    number integer NOT NULL,
    kind character varying(12) NOT NULL,
    holder_key character varying(90) NOT NULL,
    holder_kind character varying(10) NOT NULL,
    holder_name character varying(120) NOT NULL,
    holder_country character varying(2) NOT NULL,
    legal_basis character varying(60) NOT NULL,
    own_reference character varying(120) NOT NULL,
    letter_id bigint,
    state character varying(10) NOT NULL,
    version integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    channel character varying(10) NOT NULL,
    reminders smallint NOT NULL,
    reminded_at timestamp with time zone,
    term_at timestamp with time zone,
    replied_at timestamp with time zone,
    answer character varying(10) NOT NULL,
    usefulness character varying(10) NOT NULL,
    remark character varying(500) NOT NULL,
    dispatch character varying(500) NOT NULL,
    preserved_until timestamp with time zone,
    confirmed boolean NOT NULL,
    ended_at timestamp with time zone,
    agency_id bigint NOT NULL,
    case_id bigint NOT NULL,
    made_by_id bigint NOT NULL,
    CONSTRAINT request_answer_known CHECK (((answer)::text = ANY (ARRAY[(''::character varying)::text, ('full'::character varying)::text, ('part'::character varying)::text, ('nothing'::character varying)::text, ('refused'::character varying)::text, ('elsewhere'::character varying)::text]))),
    CONSTRAINT request_channel_known CHECK (((channel)::text = ANY (ARRAY[(''::character varying)::text, ('portal'::character varying)::text, ('email'::character varying)::text, ('post'::character varying)::text, ('hand'::character varying)::text, ('telephone'::character varying)::text, ('court'::character varying)::text, ('other'::character varying)::text]))),
    CONSTRAINT request_ended_when CHECK ((((ended_at IS NOT NULL) AND ((state)::text = ANY (ARRAY[('closed'::character varying)::text, ('withdrawn'::character varying)::text]))) OR ((NOT ((state)::text = ANY (ARRAY[('closed'::character varying)::text, ('withdrawn'::character varying)::text]))) AND (ended_at IS NULL)))),
    CONSTRAINT request_holder_known CHECK (((holder_kind)::text = ANY (ARRAY[('platform'::character varying)::text, ('network'::character varying)::text]))),
    CONSTRAINT request_kind_known CHECK (((kind)::text = ANY (ARRAY[('preservation'::character varying)::text, ('production'::character varying)::text, ('assistance'::character varying)::text, ('emergency'::character varying)::text, ('mlat'::character varying)::text]))),
    CONSTRAINT request_only_preservations_end CHECK ((((kind)::text = 'preservation'::text) OR ((NOT confirmed) AND (preserved_until IS NULL)))),
    CONSTRAINT request_replied_whole CHECK ((((((answer)::text = ''::text) AND (replied_at IS NULL)) OR ((replied_at IS NOT NULL) AND (NOT ((answer)::text = ''::text)))) AND (NOT (((state)::text = 'replied'::text) AND (replied_at IS NULL))))),
    CONSTRAINT request_sent_when CHECK ((((sent_at IS NULL) AND ((state)::text = 'drafted'::text)) OR ((state)::text = 'withdrawn'::text) OR ((sent_at IS NOT NULL) AND ((state)::text = ANY (ARRAY[('sent'::character varying)::text, ('reminded'::character varying)::text, ('replied'::character varying)::text, ('closed'::character varying)::text])) AND (NOT ((channel)::text = ''::text))))),
    CONSTRAINT request_state_known CHECK (((state)::text = ANY (ARRAY[('drafted'::character varying)::text, ('sent'::character varying)::text, ('reminded'::character varying)::text, ('replied'::character varying)::text, ('closed'::character varying)::text, ('withdrawn'::character varying)::text]))),
    CONSTRAINT request_use_known CHECK (((usefulness)::text = ANY (ARRAY[(''::character varying)::text, ('identified'::character varying)::text, ('narrowed'::character varying)::text, ('none'::character varying)::text])))
);
COMMENT ON TABLE public.process_request IS 'Requests to holders of records, and where each stands';
COMMENT ON COLUMN public.process_request.number IS 'within the case, from 1';
COMMENT ON COLUMN public.process_request.holder_key IS 'in a directory, or the name that reports write';
COMMENT ON COLUMN public.process_request.holder_name IS 'as it stood then';
COMMENT ON COLUMN public.process_request.legal_basis IS 'id in investigation/legal/data; empty: none was named';
COMMENT ON COLUMN public.process_request.own_reference IS 'the desk''s own file number of it; names nobody';
COMMENT ON COLUMN public.process_request.letter_id IS 'of the letter, in another app; no constraint: a letter may be destroyed before its request';
COMMENT ON COLUMN public.process_request.version IS 'how many events it has; a form names the one that it was made from';
COMMENT ON COLUMN public.process_request.sent_at IS 'when it left, as the officer states';
COMMENT ON COLUMN public.process_request.reminded_at IS 'the last time';
COMMENT ON COLUMN public.process_request.term_at IS 'when the time that a law or order allows is over';
COMMENT ON COLUMN public.process_request.replied_at IS 'the first reply; rates and days count from it';
COMMENT ON COLUMN public.process_request.answer IS 'of the last reply';
COMMENT ON COLUMN public.process_request.remark IS 'free words; emptied with the case';
COMMENT ON COLUMN public.process_request.dispatch IS 'what proves that it went: a tracking number, a portal''s words';
COMMENT ON COLUMN public.process_request.preserved_until IS 'of a preservation: when the holder stops keeping it';
COMMENT ON COLUMN public.process_request.confirmed IS 'the holder said that it keeps it';
COMMENT ON COLUMN public.process_request.agency_id IS 'that asked, also when the case went elsewhere';
ALTER TABLE public.process_request ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.process_request_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.process_requestalert (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    step smallint NOT NULL,
    told character varying(12) NOT NULL,
    due_at timestamp with time zone NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    acknowledged_at timestamp with time zone,
    acknowledged_by_id bigint,
    agency_id bigint NOT NULL,
    case_id bigint NOT NULL,
    request_id bigint NOT NULL,
    CONSTRAINT requestalert_kind_known CHECK (((kind)::text = ANY (ARRAY[('remind'::character varying)::text, ('term_over'::character varying)::text, ('escalate'::character varying)::text, ('ends_soon'::character varying)::text, ('ended'::character varying)::text]))),
    CONSTRAINT requestalert_seen_by_somebody CHECK ((((acknowledged_at IS NULL) AND (acknowledged_by_id IS NULL)) OR ((acknowledged_at IS NOT NULL) AND (acknowledged_by_id IS NOT NULL)))),
    CONSTRAINT requestalert_told_known CHECK (((told)::text = ANY (ARRAY[('officer'::character varying)::text, ('supervisor'::character varying)::text])))
);
COMMENT ON TABLE public.process_requestalert IS 'Requests of which somebody is told';
COMMENT ON COLUMN public.process_requestalert.step IS 'which reminder it is, or days before a preservation ends';
COMMENT ON COLUMN public.process_requestalert.told IS 'officer: who works on the case; supervisor: of the desk as well';
COMMENT ON COLUMN public.process_requestalert.due_at IS 'from when it is to be done; what ends: when it ends';
ALTER TABLE public.process_requestalert ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.process_requestalert_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.process_requestevent (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    state character varying(10) NOT NULL,
    at timestamp with time zone NOT NULL,
    channel character varying(10) NOT NULL,
    reference character varying(120) NOT NULL,
    answer character varying(10) NOT NULL,
    usefulness character varying(10) NOT NULL,
    until timestamp with time zone,
    noted_at timestamp with time zone NOT NULL,
    case_id bigint NOT NULL,
    person_id bigint NOT NULL,
    request_id bigint NOT NULL,
    CONSTRAINT requestevent_kind_known CHECK (((kind)::text = ANY (ARRAY[('made'::character varying)::text, ('sent'::character varying)::text, ('reminded'::character varying)::text, ('replied'::character varying)::text, ('renewed'::character varying)::text, ('closed'::character varying)::text, ('withdrawn'::character varying)::text]))),
    CONSTRAINT requestevent_state_known CHECK (((state)::text = ANY (ARRAY[('drafted'::character varying)::text, ('sent'::character varying)::text, ('reminded'::character varying)::text, ('replied'::character varying)::text, ('closed'::character varying)::text, ('withdrawn'::character varying)::text])))
);
COMMENT ON TABLE public.process_requestevent IS 'Append-only: what happened to requests';
COMMENT ON COLUMN public.process_requestevent.state IS 'of the request after it';
COMMENT ON COLUMN public.process_requestevent.at IS 'when it happened, as the officer states';
COMMENT ON COLUMN public.process_requestevent.until IS 'preserved until';
ALTER TABLE public.process_requestevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.process_requestevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.process_requestitem (
    id bigint NOT NULL,
    report_id bigint NOT NULL,
    identifier_id bigint NOT NULL,
    sighting_id bigint,
    text character varying(500) NOT NULL,
    port integer,
    at timestamp with time zone,
    at_text character varying(100) NOT NULL,
    gone_at timestamp with time zone,
    answer character varying(10) NOT NULL,
    case_id bigint NOT NULL,
    request_id bigint NOT NULL,
    CONSTRAINT requestitem_answer_known CHECK (((answer)::text = ANY (ARRAY[(''::character varying)::text, ('full'::character varying)::text, ('part'::character varying)::text, ('nothing'::character varying)::text, ('refused'::character varying)::text, ('elsewhere'::character varying)::text])))
);
COMMENT ON TABLE public.process_requestitem IS 'What each request asks about';
COMMENT ON COLUMN public.process_requestitem.report_id IS 'no constraint, as of the two below';
COMMENT ON COLUMN public.process_requestitem.sighting_id IS 'of an address';
COMMENT ON COLUMN public.process_requestitem.text IS 'the account or the address, as its report writes it';
COMMENT ON COLUMN public.process_requestitem.at IS 'when the address was used';
COMMENT ON COLUMN public.process_requestitem.at_text IS 'as the report states it';
COMMENT ON COLUMN public.process_requestitem.gone_at IS 'when its log is likely gone, as it was thought then';
COMMENT ON COLUMN public.process_requestitem.answer IS 'what came of it; empty: not noted';
ALTER TABLE public.process_requestitem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.process_requestitem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);
CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;
CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;
CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;
CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.public_form_message (
    id bigint NOT NULL,
    side character varying(10) NOT NULL,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    author_id bigint,
    report_id bigint NOT NULL,
    CONSTRAINT public_message_of_one_side CHECK ((((author_id IS NULL) AND ((side)::text = 'reporter'::text)) OR ((author_id IS NOT NULL) AND ((side)::text = 'desk'::text))))
);
COMMENT ON TABLE public.public_form_message IS 'Messages between whoever reported and the desk';
COMMENT ON COLUMN public.public_form_message.read_at IS 'when the other side had it on a page first';
ALTER TABLE public.public_form_message ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.public_form_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.public_form_publiccontact (
    report_id bigint NOT NULL,
    name character varying(200) NOT NULL,
    phone character varying(200) NOT NULL,
    email character varying(320) NOT NULL,
    CONSTRAINT public_contact_says_something CHECK ((NOT (((email)::text = ''::text) AND ((name)::text = ''::text) AND ((phone)::text = ''::text))))
);
COMMENT ON TABLE public.public_form_publiccontact IS 'Contact data that reporters gave of themselves; shown when asked for, and logged';
COMMENT ON COLUMN public.public_form_publiccontact.phone IS 'as written';
COMMENT ON COLUMN public.public_form_publiccontact.email IS 'as written';
CREATE TABLE public.public_form_publicreport (
    report_id bigint NOT NULL,
    language character varying(8) NOT NULL,
    code_hash character varying(64) NOT NULL,
    told character varying(10) NOT NULL,
    CONSTRAINT public_code_hash_shape CHECK (((code_hash)::text ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT public_told_known CHECK (((told)::text = ANY (ARRAY[('received'::character varying)::text, ('looked_at'::character varying)::text, ('closed'::character varying)::text])))
);
COMMENT ON TABLE public.public_form_publicreport IS 'Reports that came by the public form';
COMMENT ON COLUMN public.public_form_publicreport.language IS 'of the form that was filled in: en, hi, mr';
COMMENT ON COLUMN public.public_form_publicreport.code_hash IS 'keyed hash of the receipt code; the code itself is nowhere';
CREATE TABLE public.publishing_draw (
    id bigint NOT NULL,
    since date NOT NULL,
    until date NOT NULL,
    epsilon character varying(12) NOT NULL,
    tables jsonb NOT NULL,
    drawn_at timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL,
    CONSTRAINT draw_of_a_time CHECK ((until > since))
);
COMMENT ON TABLE public.publishing_draw IS 'Numbers with noise, drawn once';
COMMENT ON COLUMN public.publishing_draw.epsilon IS 'the whole budget, as it was written';
COMMENT ON COLUMN public.publishing_draw.tables IS 'numbers with their noise; the true ones are kept nowhere';
ALTER TABLE public.publishing_draw ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.publishing_draw_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.publishing_publishedfile (
    id bigint NOT NULL,
    name character varying(160) NOT NULL,
    media_type character varying(60) NOT NULL,
    sha256 character varying(64) NOT NULL,
    size_bytes integer NOT NULL,
    body bytea NOT NULL,
    agency_id bigint NOT NULL,
    scheduled_id bigint,
    transparency_id bigint,
    CONSTRAINT published_file_of_one_thing CHECK ((((scheduled_id IS NULL) AND (transparency_id IS NOT NULL)) OR ((scheduled_id IS NOT NULL) AND (transparency_id IS NULL))))
);
COMMENT ON TABLE public.publishing_publishedfile IS 'Files of figures, as they were made';
ALTER TABLE public.publishing_publishedfile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.publishing_publishedfile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.publishing_schedule (
    id bigint NOT NULL,
    figures jsonb NOT NULL,
    rhythm character varying(10) NOT NULL,
    language character varying(2) NOT NULL,
    pdf boolean NOT NULL,
    csv boolean NOT NULL,
    first_day date NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by character varying(254) NOT NULL,
    ended_at timestamp with time zone,
    ended_by character varying(254) NOT NULL,
    agency_id bigint NOT NULL,
    CONSTRAINT schedule_ended_by_somebody CHECK ((((ended_at IS NULL) AND ((ended_by)::text = ''::text)) OR ((ended_at IS NOT NULL) AND (NOT ((ended_by)::text = ''::text))))),
    CONSTRAINT schedule_language_known CHECK (((language)::text = ANY (ARRAY[('en'::character varying)::text, ('hi'::character varying)::text, ('mr'::character varying)::text]))),
    CONSTRAINT schedule_makes_something CHECK ((pdf OR csv)),
    CONSTRAINT schedule_rhythm_known CHECK (((rhythm)::text = ANY (ARRAY[('weekly'::character varying)::text, ('monthly'::character varying)::text, ('quarterly'::character varying)::text])))
);
COMMENT ON TABLE public.publishing_schedule IS 'Reports of figures that desks get by themselves';
COMMENT ON COLUMN public.publishing_schedule.figures IS '[{"figure": name, "by": [dimensions]}], in the order of the paper';
COMMENT ON COLUMN public.publishing_schedule.first_day IS 'periods that end before it are not made';
ALTER TABLE public.publishing_schedule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.publishing_schedule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.publishing_scheduledreport (
    id bigint NOT NULL,
    first_day date NOT NULL,
    after date NOT NULL,
    made_at timestamp with time zone NOT NULL,
    fingerprint character varying(64) NOT NULL,
    agency_id bigint NOT NULL,
    schedule_id bigint NOT NULL,
    CONSTRAINT scheduled_report_of_a_time CHECK ((after > first_day))
);
COMMENT ON TABLE public.publishing_scheduledreport IS 'Reports of figures that were made by themselves';
COMMENT ON COLUMN public.publishing_scheduledreport.after IS 'the first day that is not of the period';
COMMENT ON COLUMN public.publishing_scheduledreport.fingerprint IS 'SHA-256 of what was asked and answered';
ALTER TABLE public.publishing_scheduledreport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.publishing_scheduledreport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.publishing_transparency (
    id bigint NOT NULL,
    since date NOT NULL,
    until date NOT NULL,
    method character varying(10) NOT NULL,
    epsilon character varying(12) NOT NULL,
    content jsonb NOT NULL,
    fingerprint character varying(64) NOT NULL,
    state character varying(10) NOT NULL,
    prepared_at timestamp with time zone NOT NULL,
    prepared_by character varying(254) NOT NULL,
    decided_at timestamp with time zone,
    decided_by character varying(254) NOT NULL,
    reason character varying(300) NOT NULL,
    agency_id bigint NOT NULL,
    decider_id bigint,
    draw_id bigint,
    preparer_id bigint NOT NULL,
    CONSTRAINT transparency_method_known CHECK (((method)::text = ANY (ARRAY[('suppressed'::character varying)::text, ('noised'::character varying)::text]))),
    CONSTRAINT transparency_refused_with_a_reason CHECK (((NOT ((state)::text = 'refused'::text)) OR (NOT ((reason)::text = ''::text)))),
    CONSTRAINT transparency_says_its_budget CHECK ((((draw_id IS NULL) AND ((epsilon)::text = ''::text) AND ((method)::text = 'suppressed'::text)) OR ((draw_id IS NOT NULL) AND ((method)::text = 'noised'::text) AND (NOT ((epsilon)::text = ''::text))))),
    CONSTRAINT transparency_state_known CHECK (((state)::text = ANY (ARRAY[('prepared'::character varying)::text, ('released'::character varying)::text, ('refused'::character varying)::text]))),
    CONSTRAINT transparency_two_people CHECK (((NOT ((state)::text = 'released'::text)) OR ((decider_id IS NOT NULL) AND (NOT ((decider_id = preparer_id) AND (decider_id IS NOT NULL))))))
);
COMMENT ON TABLE public.publishing_transparency IS 'Reports for the public';
COMMENT ON COLUMN public.publishing_transparency.content IS 'what is published: tables and the text of the method';
COMMENT ON COLUMN public.publishing_transparency.fingerprint IS 'SHA-256 of the content in RFC 8785 form';
COMMENT ON COLUMN public.publishing_transparency.reason IS 'why it was not released';
ALTER TABLE public.publishing_transparency ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.publishing_transparency_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.records_hoporigin (
    id bigint NOT NULL,
    uid character varying(120) NOT NULL,
    referral_id bigint NOT NULL,
    report_id bigint NOT NULL
);
COMMENT ON TABLE public.records_hoporigin IS 'Append-only: hops by which reports came from another installation';
COMMENT ON COLUMN public.records_hoporigin.uid IS 'urn:tipline:INSTALLATION:hop:NUMBER of where it was made';
ALTER TABLE public.records_hoporigin ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.records_hoporigin_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.records_reportorigin (
    id bigint NOT NULL,
    uid character varying(120) NOT NULL,
    reporter character varying(200) NOT NULL,
    channel character varying(40) NOT NULL,
    report_id bigint NOT NULL
);
COMMENT ON TABLE public.records_reportorigin IS 'Append-only: reports that came from another installation';
COMMENT ON COLUMN public.records_reportorigin.uid IS 'urn:tipline:INSTALLATION:report:NUMBER of where it was filed';
COMMENT ON COLUMN public.records_reportorigin.reporter IS 'the provider that filed it there, as the sender names it';
COMMENT ON COLUMN public.records_reportorigin.channel IS 'by which door it came there';
ALTER TABLE public.records_reportorigin ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.records_reportorigin_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referrals_deskrow (
    id bigint NOT NULL,
    pile character varying(8) NOT NULL,
    urgent boolean NOT NULL,
    priority smallint,
    since timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    remind_at timestamp with time zone,
    gone_at timestamp with time zone,
    all_gone_at timestamp with time zone,
    agency_id bigint NOT NULL,
    report_id bigint NOT NULL,
    CONSTRAINT deskrow_pile_known CHECK (((pile)::text = ANY (ARRAY[('new'::character varying)::text, ('accepted'::character varying)::text, ('sent-on'::character varying)::text])))
);
COMMENT ON TABLE public.referrals_deskrow IS 'What desks list, kept by triggers';
COMMENT ON COLUMN public.referrals_deskrow.urgent IS 'the report is escalated';
COMMENT ON COLUMN public.referrals_deskrow.since IS 'on this desk since';
COMMENT ON COLUMN public.referrals_deskrow.due_at IS 'null: decided, joint, with another report, or by the own door';
COMMENT ON COLUMN public.referrals_deskrow.gone_at IS 'when the next log of its addresses is likely gone';
COMMENT ON COLUMN public.referrals_deskrow.all_gone_at IS 'when the last one is';
ALTER TABLE public.referrals_deskrow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referrals_deskrow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referrals_duenotice (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    urgent boolean NOT NULL,
    due_at timestamp with time zone NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    acknowledged_at timestamp with time zone,
    acknowledged_by_id bigint,
    agency_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    referral_id bigint NOT NULL,
    report_id bigint NOT NULL,
    CONSTRAINT duenotice_kind_known CHECK (((kind)::text = ANY (ARRAY[('reminder'::character varying)::text, ('overdue'::character varying)::text]))),
    CONSTRAINT duenotice_seen_by_somebody CHECK ((((acknowledged_at IS NULL) AND (acknowledged_by_id IS NULL)) OR ((acknowledged_at IS NOT NULL) AND (acknowledged_by_id IS NOT NULL))))
);
COMMENT ON TABLE public.referrals_duenotice IS 'Due times of referrals, told to desks';
COMMENT ON COLUMN public.referrals_duenotice.ended_at IS 'it was accepted, sent on or returned';
COMMENT ON COLUMN public.referrals_duenotice.agency_id IS 'the desk that is told';
COMMENT ON COLUMN public.referrals_duenotice.desk_id IS 'the desk on which it lies';
ALTER TABLE public.referrals_duenotice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referrals_duenotice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referrals_referral (
    id bigint NOT NULL,
    state character varying(12) NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    state_at timestamp with time zone NOT NULL,
    rule character varying(60) NOT NULL,
    note text NOT NULL,
    return_reason character varying(20) NOT NULL,
    from_agency_id bigint NOT NULL,
    report_id bigint NOT NULL,
    to_agency_id bigint NOT NULL,
    bundle uuid,
    lead boolean DEFAULT true NOT NULL,
    zero_fir boolean DEFAULT false NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    due_at timestamp with time zone,
    merged_into_id bigint,
    remind_at timestamp with time zone,
    urgent boolean DEFAULT false NOT NULL,
    CONSTRAINT referral_goes_somewhere CHECK ((NOT (from_agency_id = to_agency_id))),
    CONSTRAINT referral_merged_into_one CHECK (((NOT ((state)::text = 'merged'::text)) OR (lead AND (merged_into_id IS NOT NULL)))),
    CONSTRAINT referral_return_has_reason CHECK (((((return_reason)::text = ANY (ARRAY[('not_our_place'::character varying)::text, ('insufficient'::character varying)::text, ('duplicate'::character varying)::text, ('conflict'::character varying)::text, ('other'::character varying)::text, ('rerouted'::character varying)::text])) AND ((state)::text = 'returned'::text)) OR ((NOT ((state)::text = 'returned'::text)) AND ((return_reason)::text = ''::text)))),
    CONSTRAINT referral_state_known CHECK (((state)::text = ANY (ARRAY[('drafted'::character varying)::text, ('sent'::character varying)::text, ('received'::character varying)::text, ('acknowledged'::character varying)::text, ('merged'::character varying)::text, ('accepted'::character varying)::text, ('forwarded'::character varying)::text, ('returned'::character varying)::text, ('recalled'::character varying)::text, ('discarded'::character varying)::text])))
);
COMMENT ON COLUMN public.referrals_referral.state_at IS 'since when it is in this state; a receipt leaves it alone, so that forms that are open stay valid';
COMMENT ON COLUMN public.referrals_referral.rule IS 'what sent it: standing-rule or person';
COMMENT ON COLUMN public.referrals_referral.bundle IS 'what it went out with: a daily bundle, one act of a person, or a draft';
COMMENT ON COLUMN public.referrals_referral.lead IS 'false: takes part beside the lead desk';
COMMENT ON COLUMN public.referrals_referral.zero_fir IS 'registered where received, then transferred (BNSS 2023 s.173)';
COMMENT ON COLUMN public.referrals_referral.answer IS 'what was written when it was returned, recalled or merged';
COMMENT ON COLUMN public.referrals_referral.due_at IS 'when the desk should have accepted it or sent it on';
COMMENT ON COLUMN public.referrals_referral.merged_into_id IS 'the referral on the same desk that it is dealt with together with';
COMMENT ON COLUMN public.referrals_referral.remind_at IS 'when the desk is reminded';
COMMENT ON COLUMN public.referrals_referral.urgent IS 'its due time is the urgent one';
ALTER TABLE public.referrals_referral ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referrals_referral_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referrals_referralevent (
    id bigint NOT NULL,
    act character varying(12) NOT NULL,
    before character varying(12) NOT NULL,
    after character varying(12) NOT NULL,
    at timestamp with time zone NOT NULL,
    label character varying(254) NOT NULL,
    reason character varying(20) NOT NULL,
    agency_id bigint,
    person_id bigint,
    referral_id bigint NOT NULL,
    report_id bigint NOT NULL,
    CONSTRAINT referralevent_states_known CHECK ((((after)::text = ANY (ARRAY[('drafted'::character varying)::text, ('sent'::character varying)::text, ('received'::character varying)::text, ('acknowledged'::character varying)::text, ('merged'::character varying)::text, ('accepted'::character varying)::text, ('forwarded'::character varying)::text, ('returned'::character varying)::text, ('recalled'::character varying)::text, ('discarded'::character varying)::text])) AND ((before)::text = ANY (ARRAY[(''::character varying)::text, ('drafted'::character varying)::text, ('sent'::character varying)::text, ('received'::character varying)::text, ('acknowledged'::character varying)::text, ('merged'::character varying)::text, ('accepted'::character varying)::text, ('forwarded'::character varying)::text, ('returned'::character varying)::text, ('recalled'::character varying)::text, ('discarded'::character varying)::text]))))
);
COMMENT ON TABLE public.referrals_referralevent IS 'What happened to referrals. Only added to.';
COMMENT ON COLUMN public.referrals_referralevent.before IS 'its state until then; empty: there was no referral';
COMMENT ON COLUMN public.referrals_referralevent.label IS 'who did it, as the log names them';
COMMENT ON COLUMN public.referrals_referralevent.agency_id IS 'of whoever did it; null: the software';
ALTER TABLE public.referrals_referralevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referrals_referralevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referrals_standingrule (
    id bigint NOT NULL,
    action character varying(10) NOT NULL,
    set_by character varying(254) NOT NULL,
    set_at timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL,
    bundle_at time without time zone,
    wait_for_hours boolean DEFAULT false NOT NULL,
    CONSTRAINT standing_action_known CHECK (((action)::text = ANY (ARRAY[('hold'::character varying)::text, ('forward'::character varying)::text, ('bundle'::character varying)::text]))),
    CONSTRAINT standing_bundle_has_time CHECK (((((action)::text = 'bundle'::text) AND (bundle_at IS NOT NULL)) OR ((NOT ((action)::text = 'bundle'::text)) AND (bundle_at IS NULL))))
);
COMMENT ON COLUMN public.referrals_standingrule.bundle_at IS 'when the daily bundle goes out, in the desk''s time zone';
COMMENT ON COLUMN public.referrals_standingrule.wait_for_hours IS 'what is not urgent waits here while the desk below is closed';
ALTER TABLE public.referrals_standingrule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referrals_standingrule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referrals_waiting (
    id bigint NOT NULL,
    way jsonb NOT NULL,
    joint jsonb NOT NULL,
    zero_fir boolean NOT NULL,
    until timestamp with time zone NOT NULL,
    reason character varying(20) NOT NULL,
    since timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL,
    report_id bigint NOT NULL,
    CONSTRAINT waiting_reason_known CHECK (((reason)::text = ANY (ARRAY[('office_hours'::character varying)::text, ('bundle'::character varying)::text])))
);
COMMENT ON COLUMN public.referrals_waiting.way IS 'agency ids, where it waits first, the desk that should act last';
COMMENT ON COLUMN public.referrals_waiting.joint IS 'the ways to desks that take part, from the receiving desk';
COMMENT ON COLUMN public.referrals_waiting.agency_id IS 'where it waits';
ALTER TABLE public.referrals_waiting ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referrals_waiting_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.replies_reply (
    id bigint NOT NULL,
    number integer NOT NULL,
    name character varying(255) NOT NULL,
    company character varying(200) NOT NULL,
    sha256 character varying(64) NOT NULL,
    size_bytes bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    state character varying(12) NOT NULL,
    form character varying(12) NOT NULL,
    kind character varying(16) NOT NULL,
    layout character varying(80) NOT NULL,
    choice jsonb NOT NULL,
    heading jsonb NOT NULL,
    sample jsonb NOT NULL,
    reasons jsonb NOT NULL,
    row_count integer NOT NULL,
    faulty_count integer NOT NULL,
    rule_version character varying(20) NOT NULL,
    read_at timestamp with time zone,
    decided_at timestamp with time zone,
    decided_why character varying(300) NOT NULL,
    applied_at timestamp with time zone,
    applied_by_id bigint,
    case_id bigint NOT NULL,
    decided_by_id bigint,
    received_by_id bigint NOT NULL,
    report_id bigint,
    names_requests jsonb DEFAULT '[]'::jsonb NOT NULL,
    request_id bigint,
    CONSTRAINT reply_applied_whole CHECK ((((applied_at IS NOT NULL) AND (applied_by_id IS NOT NULL) AND ((state)::text = 'applied'::text)) OR ((NOT ((state)::text = 'applied'::text)) AND (applied_at IS NULL) AND (applied_by_id IS NULL) AND (report_id IS NULL)))),
    CONSTRAINT reply_kind_known CHECK (((kind)::text = ANY (ARRAY[(''::character varying)::text, ('subscriber'::character varying)::text, ('login-history'::character varying)::text, ('ipdr'::character varying)::text, ('cdr'::character varying)::text]))),
    CONSTRAINT reply_sha256_shape CHECK (((sha256)::text ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT reply_state_known CHECK (((state)::text = ANY (ARRAY[('received'::character varying)::text, ('unmapped'::character varying)::text, ('quarantined'::character varying)::text, ('ready'::character varying)::text, ('applied'::character varying)::text, ('refused'::character varying)::text, ('rejected'::character varying)::text])))
);
COMMENT ON TABLE public.replies_reply IS 'Files that companies answered with, by case';
COMMENT ON COLUMN public.replies_reply.number IS 'within the case, from 1';
COMMENT ON COLUMN public.replies_reply.name IS 'of the file, as text; never used as a path';
COMMENT ON COLUMN public.replies_reply.company IS 'who answered, as the officer writes it';
COMMENT ON COLUMN public.replies_reply.form IS 'delimited, xlsx, pdf, ...';
COMMENT ON COLUMN public.replies_reply.layout IS 'name and version, or mapping and version';
COMMENT ON COLUMN public.replies_reply.choice IS 'what a person said of it: layout, zone, encoding, columns';
COMMENT ON COLUMN public.replies_reply.heading IS 'the headings of its columns, as written';
COMMENT ON COLUMN public.replies_reply.sample IS 'its first rows, for whoever names the columns';
COMMENT ON COLUMN public.replies_reply.reasons IS '[{line, column, text}]: why it was refused or put into quarantine';
COMMENT ON COLUMN public.replies_reply.faulty_count IS 'rows that could not be understood; they are never used';
COMMENT ON COLUMN public.replies_reply.rule_version IS 'of data/matching.toml';
COMMENT ON COLUMN public.replies_reply.decided_at IS 'released from quarantine, set aside';
COMMENT ON COLUMN public.replies_reply.report_id IS 'what was filed of it, for the pipeline';
COMMENT ON COLUMN public.replies_reply.names_requests IS 'ids of the case''s requests whose reference stands in the file';
COMMENT ON COLUMN public.replies_reply.request_id IS 'of the same case, that it answers: as whoever handed it in says, and for good when it is used';
ALTER TABLE public.replies_reply ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.replies_reply_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.replies_replyfile (
    reply_id bigint NOT NULL,
    body bytea NOT NULL,
    case_id bigint NOT NULL
);
CREATE TABLE public.replies_replyfinding (
    id bigint NOT NULL,
    verdict character varying(12) NOT NULL,
    why character varying(20) NOT NULL,
    seconds integer,
    subscribers integer NOT NULL,
    case_id bigint NOT NULL,
    reply_id bigint NOT NULL,
    report_id bigint NOT NULL,
    sighting_id bigint NOT NULL,
    row_id bigint,
    CONSTRAINT replyfinding_verdict_known CHECK (((verdict)::text = ANY (ARRAY[('matched'::character varying)::text, ('ambiguous'::character varying)::text, ('cannot_tell'::character varying)::text, ('outside'::character varying)::text])))
);
COMMENT ON COLUMN public.replies_replyfinding.why IS 'exact, seconds, skew, no-port, no-time, several, outside; of calls: see data/calls.toml';
COMMENT ON COLUMN public.replies_replyfinding.seconds IS 'how far outside the session the nearest row lies; + after it ended, - before it began';
COMMENT ON COLUMN public.replies_replyfinding.subscribers IS 'different subscribers that fit';
COMMENT ON COLUMN public.replies_replyfinding.row_id IS 'the nearest row of the one subscriber';
ALTER TABLE public.replies_replyfinding ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.replies_replyfinding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.replies_replymapping (
    id bigint NOT NULL,
    fingerprint character varying(64) NOT NULL,
    version integer NOT NULL,
    kind character varying(16) NOT NULL,
    columns jsonb NOT NULL,
    dates character varying(12) NOT NULL,
    zone character varying(60) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL,
    made_by_id bigint NOT NULL,
    CONSTRAINT replymapping_kind_known CHECK (((kind)::text = ANY (ARRAY[('subscriber'::character varying)::text, ('login-history'::character varying)::text, ('ipdr'::character varying)::text, ('cdr'::character varying)::text])))
);
COMMENT ON COLUMN public.replies_replymapping.fingerprint IS 'of the headings';
COMMENT ON COLUMN public.replies_replymapping.columns IS 'heading → meaning';
ALTER TABLE public.replies_replymapping ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.replies_replymapping_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.replies_replyrow (
    id bigint NOT NULL,
    line integer NOT NULL,
    ip inet,
    port_from integer,
    port_to integer,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    subscriber character varying(200) NOT NULL,
    said jsonb NOT NULL,
    problem character varying(300) NOT NULL,
    case_id bigint NOT NULL,
    reply_id bigint NOT NULL,
    peer character varying(40) DEFAULT ''::character varying NOT NULL
);
COMMENT ON COLUMN public.replies_replyrow.line IS 'as in the file';
COMMENT ON COLUMN public.replies_replyrow.port_from IS 'null: no port is stated, the whole address was the subscriber''s';
COMMENT ON COLUMN public.replies_replyrow.started_at IS 'UTC';
COMMENT ON COLUMN public.replies_replyrow.ended_at IS 'UTC; null: a moment, or still open';
COMMENT ON COLUMN public.replies_replyrow.subscriber IS 'what tells one subscriber or account from another';
COMMENT ON COLUMN public.replies_replyrow.said IS 'meaning of a column → text, as written';
COMMENT ON COLUMN public.replies_replyrow.peer IS 'of a call: the other number, E.164 if it is one';
ALTER TABLE public.replies_replyrow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.replies_replyrow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.reports_document (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    body bytea NOT NULL,
    sha256 character varying(64) NOT NULL,
    content_type character varying(200) NOT NULL,
    request_id character varying(32) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    report_id bigint NOT NULL,
    reported_file_id bigint,
    source bytea,
    source_format character varying(40) DEFAULT ''::character varying NOT NULL,
    source_sha256 character varying(64) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT document_details_name_a_file CHECK (((((kind)::text = 'report'::text) AND (reported_file_id IS NULL)) OR (((kind)::text = 'fileDetails'::text) AND (reported_file_id IS NOT NULL)))),
    CONSTRAINT document_kind_known CHECK (((kind)::text = ANY (ARRAY[('report'::character varying)::text, ('fileDetails'::character varying)::text]))),
    CONSTRAINT document_source_whole CHECK ((((source IS NULL) AND ((source_format)::text = ''::text) AND ((source_sha256)::text = ''::text)) OR ((source IS NOT NULL) AND ((source_sha256)::text ~ '^[0-9a-f]{64}$'::text) AND (NOT ((source_format)::text = ''::text)))))
);
COMMENT ON TABLE public.reports_document IS 'As received: bytes, digest, time, Request-ID';
COMMENT ON COLUMN public.reports_document.content_type IS 'as sent';
COMMENT ON COLUMN public.reports_document.source IS 'as received, when that was not CyberTipline XML; null: body is it';
COMMENT ON COLUMN public.reports_document.source_format IS 'form and version of the converter, such as tipline-json/1';
ALTER TABLE public.reports_document ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.reports_document_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.reports_holding (
    id bigint NOT NULL,
    held_from timestamp with time zone NOT NULL,
    held_until timestamp with time zone,
    agency_id bigint NOT NULL,
    report_id bigint NOT NULL,
    joint boolean DEFAULT false NOT NULL
);
COMMENT ON TABLE public.reports_holding IS 'Never two owners, never none: one open row a report that is not joint';
COMMENT ON COLUMN public.reports_holding.held_until IS 'null: holds it now';
COMMENT ON COLUMN public.reports_holding.joint IS 'takes part in it beside its owner, and owns nothing';
ALTER TABLE public.reports_holding ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.reports_holding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.reports_identifier (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    scope character varying(256) NOT NULL,
    value text NOT NULL,
    digest bytea NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    names_child boolean DEFAULT false NOT NULL,
    of_child boolean DEFAULT false NOT NULL,
    CONSTRAINT identifier_kind_known CHECK (((kind)::text = ANY (ARRAY[('handle'::character varying)::text, ('account_id'::character varying)::text, ('email'::character varying)::text, ('phone'::character varying)::text, ('url'::character varying)::text, ('ip'::character varying)::text, ('device'::character varying)::text])))
);
COMMENT ON COLUMN public.reports_identifier.scope IS 'platform of a handle or account number, type of a device id';
COMMENT ON COLUMN public.reports_identifier.value IS 'normal form; the text as written stands at each sighting';
COMMENT ON COLUMN public.reports_identifier.digest IS 'SHA-256 of kind, scope and value: long URLs do not fit an index';
COMMENT ON COLUMN public.reports_identifier.names_child IS 'its text repeats what is a child''s in some report. Stays true';
COMMENT ON COLUMN public.reports_identifier.of_child IS 'some report names it as a child''s: masked everywhere. Stays true';
ALTER TABLE public.reports_identifier ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.reports_identifier_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.reports_person (
    id bigint NOT NULL,
    "position" integer NOT NULL,
    role character varying(12) NOT NULL,
    path character varying(300) NOT NULL,
    first_name character varying(256) NOT NULL,
    last_name character varying(256) NOT NULL,
    display_names jsonb NOT NULL,
    platform character varying(256) NOT NULL,
    age smallint,
    details jsonb NOT NULL,
    parent_id bigint,
    report_id bigint NOT NULL,
    child integer,
    CONSTRAINT person_role_known CHECK (((role)::text = ANY (ARRAY[('reported'::character varying)::text, ('recipient'::character varying)::text, ('victim'::character varying)::text, ('associated'::character varying)::text, ('reporter'::character varying)::text, ('officer'::character varying)::text, ('incident'::character varying)::text, ('file'::character varying)::text])))
);
COMMENT ON COLUMN public.reports_person."position" IS 'order in the documents; with the report it is the natural key';
COMMENT ON COLUMN public.reports_person.path IS 'element path in the document';
COMMENT ON COLUMN public.reports_person.age IS 'years, as stated';
COMMENT ON COLUMN public.reports_person.details IS 'further elements by wire name, as stated';
COMMENT ON COLUMN public.reports_person.child IS 'which child of the report, from 1; null: not a child''s. Masked (reports/masking.py)';
ALTER TABLE public.reports_person ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.reports_person_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.reports_report (
    id bigint NOT NULL,
    state character varying(10) NOT NULL,
    version smallint NOT NULL,
    processing character varying(12) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    retracted_at timestamp with time zone,
    processed_at timestamp with time zone,
    incident_type character varying(100) NOT NULL,
    incident_at timestamp with time zone,
    incident_at_text character varying(64) NOT NULL,
    platform character varying(256) NOT NULL,
    escalation text NOT NULL,
    escalated boolean NOT NULL,
    document_sha256 character varying(64) NOT NULL,
    idempotency_key character varying(255) NOT NULL,
    annotations jsonb NOT NULL,
    batch_reason character varying(40) NOT NULL,
    details jsonb NOT NULL,
    probable_repeat_of_id bigint,
    receiving_agency_id bigint NOT NULL,
    reporter_id bigint NOT NULL,
    destroyed_at timestamp with time zone,
    channel character varying(8) DEFAULT 'door'::character varying NOT NULL,
    CONSTRAINT report_channel_known CHECK (((channel)::text = ANY (ARRAY[('door'::character varying)::text, ('json'::character varying)::text, ('bulk'::character varying)::text, ('public'::character varying)::text, ('reply'::character varying)::text, ('package'::character varying)::text]))),
    CONSTRAINT report_destroyed_is_at_rest CHECK (((destroyed_at IS NULL) OR ((NOT ((state)::text = 'open'::text)) AND ((processing)::text = 'none'::text)))),
    CONSTRAINT report_only_finished_is_processed CHECK ((((finished_at IS NOT NULL) AND ((state)::text = 'finished'::text)) OR (((processing)::text = 'none'::text) AND (retracted_at IS NOT NULL) AND ((state)::text = 'retracted'::text)) OR (((processing)::text = 'none'::text) AND ((state)::text = ANY (ARRAY[('open'::character varying)::text, ('expired'::character varying)::text]))))),
    CONSTRAINT report_processing_known CHECK (((processing)::text = ANY (ARRAY[('none'::character varying)::text, ('waiting'::character varying)::text, ('done'::character varying)::text, ('quarantined'::character varying)::text]))),
    CONSTRAINT report_state_known CHECK (((state)::text = ANY (ARRAY[('open'::character varying)::text, ('finished'::character varying)::text, ('retracted'::character varying)::text, ('expired'::character varying)::text])))
);
COMMENT ON TABLE public.reports_report IS 'Header of each report; acknowledged means this row is committed';
COMMENT ON COLUMN public.reports_report.version IS 'goes up when its documents change; stages note it';
COMMENT ON COLUMN public.reports_report.changed_at IS 'last call that changed it, to the minute; an open report expires by it';
COMMENT ON COLUMN public.reports_report.incident_type IS 'the wire value';
COMMENT ON COLUMN public.reports_report.incident_at IS 'UTC; null when the text cannot be read as a time';
COMMENT ON COLUMN public.reports_report.incident_at_text IS 'as written by the provider';
COMMENT ON COLUMN public.reports_report.escalation IS 'the provider''s reason to ask for urgency';
COMMENT ON COLUMN public.reports_report.escalated IS 'escalateToHighPriority was present, even if empty';
COMMENT ON COLUMN public.reports_report.annotations IS 'wire names of the flags';
COMMENT ON COLUMN public.reports_report.batch_reason IS 'batchedReport/@reason';
COMMENT ON COLUMN public.reports_report.details IS 'further elements by wire name, as stated';
COMMENT ON COLUMN public.reports_report.receiving_agency_id IS 'the clearinghouse whose door it came by';
COMMENT ON COLUMN public.reports_report.destroyed_at IS 'its destruction began; from then on nothing is done with it, and this row is what is left';
ALTER TABLE public.reports_report ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.reports_report_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.reports_reportedfile (
    id bigint NOT NULL,
    wire_id character varying(32) NOT NULL,
    upload_name text NOT NULL,
    size_bytes bigint NOT NULL,
    md5 character varying(32) NOT NULL,
    sha1 character varying(40) NOT NULL,
    sha256 character varying(64) NOT NULL,
    storage_key character varying(200) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    original_name text NOT NULL,
    viewed_by_provider boolean,
    publicly_available boolean,
    relevance character varying(30) NOT NULL,
    classification character varying(2) NOT NULL,
    annotations jsonb NOT NULL,
    location text NOT NULL,
    uploaded_at timestamp with time zone,
    uploaded_at_text character varying(64) NOT NULL,
    pdq character varying(64) NOT NULL,
    stated_hashes jsonb NOT NULL,
    report_id bigint NOT NULL,
    sealed_bytes bigint,
    sealed_sha256 character varying(64) NOT NULL,
    sealed_to jsonb NOT NULL,
    uploaded boolean DEFAULT true NOT NULL,
    CONSTRAINT file_md5_shape CHECK ((((md5)::text ~ '^[0-9a-f]{32}$'::text) OR (((md5)::text = ''::text) AND (NOT uploaded)))),
    CONSTRAINT file_not_empty CHECK (((size_bytes > 0) OR ((size_bytes = 0) AND ((storage_key)::text = ''::text) AND (NOT uploaded)))),
    CONSTRAINT file_seal_shape CHECK (((sealed_sha256)::text ~ '^([0-9a-f]{64})?$'::text)),
    CONSTRAINT file_sha1_shape CHECK ((((sha1)::text ~ '^[0-9a-f]{40}$'::text) OR (((sha1)::text = ''::text) AND (NOT uploaded)))),
    CONSTRAINT file_sha256_shape CHECK ((((sha256)::text ~ '^[0-9a-f]{64}$'::text) OR (((sha256)::text = ''::text) AND (NOT uploaded)))),
    CONSTRAINT file_wire_id_shape CHECK (((wire_id)::text ~ '^[0-9a-f]{32}$'::text))
);
COMMENT ON COLUMN public.reports_reportedfile.wire_id IS 'fileId on the wire: 32 hex digits';
COMMENT ON COLUMN public.reports_reportedfile.upload_name IS 'text from the upload; never used as a path';
COMMENT ON COLUMN public.reports_reportedfile.size_bytes IS '0 when it was not uploaded and no size was stated';
COMMENT ON COLUMN public.reports_reportedfile.storage_key IS 'the sealed copy; empty: discarded';
COMMENT ON COLUMN public.reports_reportedfile.viewed_by_provider IS 'three values: yes, no, not said';
COMMENT ON COLUMN public.reports_reportedfile.classification IS 'industryClassification A1..B2';
COMMENT ON COLUMN public.reports_reportedfile.annotations IS 'wire names of the flags';
COMMENT ON COLUMN public.reports_reportedfile.location IS 'locationOfFile; text, never fetched';
COMMENT ON COLUMN public.reports_reportedfile.pdq IS 'as stated by the provider';
COMMENT ON COLUMN public.reports_reportedfile.stated_hashes IS '[[type, value], ...] as stated by the provider';
COMMENT ON COLUMN public.reports_reportedfile.sealed_bytes IS 'size of the sealed copy; null: none, or not noted';
COMMENT ON COLUMN public.reports_reportedfile.sealed_sha256 IS 'of the sealed copy, which can be checked by it unopened';
COMMENT ON COLUMN public.reports_reportedfile.sealed_to IS 'age public keys, each of which opens the sealed copy alone';
COMMENT ON COLUMN public.reports_reportedfile.uploaded IS 'false: described only, hashes and size as stated';
ALTER TABLE public.reports_reportedfile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.reports_reportedfile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.reports_sighting (
    id bigint NOT NULL,
    "position" integer NOT NULL,
    role character varying(12) NOT NULL,
    original text NOT NULL,
    event character varying(20) NOT NULL,
    at timestamp with time zone,
    at_text character varying(64) NOT NULL,
    at_zone_stated boolean NOT NULL,
    ip inet,
    port integer,
    possible_proxy boolean,
    verified boolean,
    path character varying(300) NOT NULL,
    identifier_id bigint NOT NULL,
    person_id bigint,
    report_id bigint NOT NULL,
    reported_file_id bigint,
    child integer,
    CONSTRAINT sighting_port_range CHECK (((port IS NULL) OR ((port >= 1) AND (port <= 65535)))),
    CONSTRAINT sighting_role_known CHECK (((role)::text = ANY (ARRAY[('reported'::character varying)::text, ('recipient'::character varying)::text, ('victim'::character varying)::text, ('associated'::character varying)::text, ('reporter'::character varying)::text, ('officer'::character varying)::text, ('incident'::character varying)::text, ('file'::character varying)::text])))
);
COMMENT ON COLUMN public.reports_sighting."position" IS 'order in the documents; with the report it is the natural key';
COMMENT ON COLUMN public.reports_sighting.original IS 'as written by the provider';
COMMENT ON COLUMN public.reports_sighting.event IS 'wire value: Login, Upload, ...';
COMMENT ON COLUMN public.reports_sighting.at IS 'UTC';
COMMENT ON COLUMN public.reports_sighting.at_zone_stated IS 'false: read as UTC because no zone was written';
COMMENT ON COLUMN public.reports_sighting.ip IS 'only for kind ip';
COMMENT ON COLUMN public.reports_sighting.verified IS 'the provider says it verified it';
COMMENT ON COLUMN public.reports_sighting.path IS 'element path in the document';
COMMENT ON COLUMN public.reports_sighting.child IS 'which child of the report, from 1; null: not a child''s';
ALTER TABLE public.reports_sighting ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.reports_sighting_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.reports_unmasking (
    id bigint NOT NULL,
    code character varying(12) NOT NULL,
    reason character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL,
    person_id bigint NOT NULL,
    report_id bigint NOT NULL,
    CONSTRAINT unmasking_code_known CHECK (((code)::text = ANY (ARRAY[('identify'::character varying)::text, ('contact'::character varying)::text, ('investigate'::character varying)::text, ('legal'::character varying)::text, ('other'::character varying)::text]))),
    CONSTRAINT unmasking_ends_later CHECK ((until > at))
);
COMMENT ON TABLE public.reports_unmasking IS 'Append-only: who saw a child''s data, and why';
COMMENT ON COLUMN public.reports_unmasking.reason IS 'in the person''s words; names no child';
COMMENT ON COLUMN public.reports_unmasking.agency_id IS 'of the person, then';
COMMENT ON COLUMN public.reports_unmasking.report_id IS 'no constraint: it outlives a report that is destroyed';
ALTER TABLE public.reports_unmasking ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.reports_unmasking_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.reports_unmaskingend (
    unmasking_id bigint NOT NULL,
    at timestamp with time zone NOT NULL
);
COMMENT ON TABLE public.reports_unmaskingend IS 'Append-only: unmaskings that ended early';
CREATE TABLE public.reports_unmaskingreview (
    unmasking_id bigint NOT NULL,
    note character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL,
    reviewer_id bigint NOT NULL
);
COMMENT ON TABLE public.reports_unmaskingreview IS 'Append-only: unmaskings that were reviewed';
CREATE TABLE public.retention_agreed (
    id bigint NOT NULL,
    reference character varying(300) NOT NULL,
    days integer,
    since timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    kept_why character varying(4) NOT NULL,
    kept_at timestamp with time zone,
    destroyed_at timestamp with time zone,
    from_agency_id bigint NOT NULL,
    referral_id bigint NOT NULL,
    report_id bigint NOT NULL,
    to_agency_id bigint NOT NULL,
    CONSTRAINT agreed_days_whole CHECK ((((days IS NULL) AND (due_at IS NULL)) OR ((days >= 1) AND (due_at IS NOT NULL)))),
    CONSTRAINT agreed_kept_why CHECK ((((kept_at IS NULL) AND ((kept_why)::text = ''::text)) OR ((kept_at IS NOT NULL) AND ((kept_why)::text = ANY (ARRAY[('hold'::character varying)::text, ('case'::character varying)::text]))))),
    CONSTRAINT retention_agreed_days_check CHECK ((days >= 0))
);
COMMENT ON TABLE public.retention_agreed IS 'Until when agreements let reports be kept that came by them';
COMMENT ON COLUMN public.retention_agreed.reference IS 'of the agreement';
COMMENT ON COLUMN public.retention_agreed.days IS 'the fewer of those that both sides have; null: it names none';
COMMENT ON COLUMN public.retention_agreed.since IS 'when it came';
COMMENT ON COLUMN public.retention_agreed.kept_at IS 'when that was written down, and the sender told';
COMMENT ON COLUMN public.retention_agreed.from_agency_id IS 'works elsewhere: its own rules are kept there';
COMMENT ON COLUMN public.retention_agreed.referral_id IS 'the hop by which it came';
COMMENT ON COLUMN public.retention_agreed.to_agency_id IS 'answers here for the agreement';
ALTER TABLE public.retention_agreed ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.retention_agreed_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.retention_certificate (
    id bigint NOT NULL,
    statement text NOT NULL,
    signature character varying(100) NOT NULL,
    key character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL,
    destruction_id bigint NOT NULL
);
COMMENT ON TABLE public.retention_certificate IS 'Append-only: certificates of destruction';
COMMENT ON COLUMN public.retention_certificate.statement IS 'RFC 8785 canonical JSON, the very bytes that are signed';
COMMENT ON COLUMN public.retention_certificate.signature IS 'Ed25519 over the statement, base64';
COMMENT ON COLUMN public.retention_certificate.key IS 'public key, NAME+HASH+KEY';
ALTER TABLE public.retention_certificate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.retention_certificate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.retention_destruction (
    id bigint NOT NULL,
    basis character varying(10) NOT NULL,
    state character varying(10) NOT NULL,
    reference character varying(100) NOT NULL,
    authority character varying(300) NOT NULL,
    court_order boolean NOT NULL,
    ordered_at timestamp with time zone NOT NULL,
    ordered_by character varying(254) NOT NULL,
    decided_at timestamp with time zone,
    decided_by character varying(254) NOT NULL,
    refusal character varying(300) NOT NULL,
    begun_at timestamp with time zone,
    ended_at timestamp with time zone,
    agency_id bigint NOT NULL,
    decider_id bigint,
    orderer_id bigint,
    CONSTRAINT destruction_basis_known CHECK (((basis)::text = ANY (ARRAY[('order'::character varying)::text, ('schedule'::character varying)::text]))),
    CONSTRAINT destruction_begun_when CHECK (((NOT ((state)::text = ANY (ARRAY[('begun'::character varying)::text, ('done'::character varying)::text]))) OR (begun_at IS NOT NULL))),
    CONSTRAINT destruction_ended_when CHECK (((NOT ((state)::text = 'done'::text)) OR (ended_at IS NOT NULL))),
    CONSTRAINT destruction_order_says_on_what CHECK ((((basis)::text = 'schedule'::text) OR ((NOT ((reference)::text = ''::text)) AND (NOT ((authority)::text = ''::text))))),
    CONSTRAINT destruction_refused_why CHECK (((NOT ((state)::text = 'refused'::text)) OR (NOT ((refusal)::text = ''::text)))),
    CONSTRAINT destruction_state_known CHECK (((state)::text = ANY (ARRAY[('ordered'::character varying)::text, ('confirmed'::character varying)::text, ('begun'::character varying)::text, ('done'::character varying)::text, ('refused'::character varying)::text]))),
    CONSTRAINT destruction_two_people CHECK (((NOT (((basis)::text = 'order'::text) AND ((state)::text = ANY (ARRAY[('confirmed'::character varying)::text, ('begun'::character varying)::text, ('done'::character varying)::text])))) OR ((NOT ((decided_by)::text = ''::text)) AND (NOT ((decided_by)::text = (ordered_by)::text)))))
);
COMMENT ON TABLE public.retention_destruction IS 'Orders and runs of the schedule; kept for ever';
COMMENT ON COLUMN public.retention_destruction.reference IS 'number of the order';
COMMENT ON COLUMN public.retention_destruction.authority IS 'who ordered it, on what law';
COMMENT ON COLUMN public.retention_destruction.court_order IS 'ordered by a court: goes before a minimum period, never before a hold or an open case';
COMMENT ON COLUMN public.retention_destruction.decided_by IS 'who confirmed or refused it';
COMMENT ON COLUMN public.retention_destruction.agency_id IS 'for which it is done';
ALTER TABLE public.retention_destruction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.retention_destruction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.retention_destructionitem (
    id bigint NOT NULL,
    refused_document bigint,
    rules jsonb NOT NULL,
    live boolean NOT NULL,
    agency_id bigint NOT NULL,
    case_id bigint,
    destruction_id bigint NOT NULL,
    report_id bigint,
    CONSTRAINT destructionitem_one_thing CHECK ((((case_id IS NULL) AND (refused_document IS NULL) AND (report_id IS NOT NULL)) OR ((case_id IS NOT NULL) AND (refused_document IS NULL) AND (report_id IS NULL)) OR ((case_id IS NULL) AND (refused_document IS NOT NULL) AND (report_id IS NULL))))
);
COMMENT ON COLUMN public.retention_destructionitem.refused_document IS 'its former number; no foreign key: it leaves no row';
COMMENT ON COLUMN public.retention_destructionitem.rules IS '[{id, version, ...}, ...] that applied when it was listed';
COMMENT ON COLUMN public.retention_destructionitem.live IS 'false once done or refused';
COMMENT ON COLUMN public.retention_destructionitem.agency_id IS 'of the destruction; row-level security reads it';
ALTER TABLE public.retention_destructionitem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.retention_destructionitem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.retention_hold (
    id bigint NOT NULL,
    authority character varying(300) NOT NULL,
    reference character varying(100) NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    placed_by character varying(254) NOT NULL,
    lifted_at timestamp with time zone,
    lifted_by character varying(254) NOT NULL,
    lift_reason character varying(300) NOT NULL,
    agency_id bigint NOT NULL,
    case_id bigint,
    report_id bigint,
    CONSTRAINT hold_lifted_with_a_reason CHECK (((((lift_reason)::text = ''::text) AND (lifted_at IS NULL) AND ((lifted_by)::text = ''::text)) OR ((lifted_at IS NOT NULL) AND (NOT ((lift_reason)::text = ''::text)) AND (NOT ((lifted_by)::text = ''::text))))),
    CONSTRAINT hold_of_one_thing CHECK ((((case_id IS NOT NULL) AND (report_id IS NULL)) OR ((case_id IS NULL) AND (report_id IS NOT NULL)))),
    CONSTRAINT hold_says_on_what CHECK (((NOT ((authority)::text = ''::text)) AND (NOT ((reference)::text = ''::text))))
);
COMMENT ON COLUMN public.retention_hold.authority IS 'who demands it, on what law';
COMMENT ON COLUMN public.retention_hold.reference IS 'number of the order or letter';
COMMENT ON COLUMN public.retention_hold.case_id IS 'covers every report of the case, also those that join later';
ALTER TABLE public.retention_hold ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.retention_hold_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.retention_schedule (
    id bigint NOT NULL,
    active boolean NOT NULL,
    set_by character varying(254) NOT NULL,
    set_at timestamp with time zone NOT NULL,
    agency_id bigint NOT NULL
);
ALTER TABLE public.retention_schedule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.retention_schedule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_decision (
    id bigint NOT NULL,
    path jsonb NOT NULL,
    confidence double precision NOT NULL,
    abstained boolean NOT NULL,
    reasons jsonb NOT NULL,
    guesses jsonb NOT NULL,
    stage_version character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    agency_id bigint,
    report_id bigint NOT NULL,
    near_misses jsonb DEFAULT '[]'::jsonb NOT NULL,
    rule character varying(60) DEFAULT ''::character varying NOT NULL,
    rule_set integer,
    urgent boolean DEFAULT false NOT NULL,
    waits_reason character varying(300) DEFAULT ''::character varying NOT NULL,
    waits_until timestamp with time zone,
    zero_fir boolean DEFAULT false NOT NULL,
    CONSTRAINT decision_confidence_range CHECK (((confidence >= (0.0)::double precision) AND (confidence <= (1.0)::double precision))),
    CONSTRAINT decision_names_a_desk_or_abstains CHECK (((abstained AND (agency_id IS NULL)) OR ((NOT abstained) AND (agency_id IS NOT NULL)))),
    CONSTRAINT routing_decision_rule_set_check CHECK ((rule_set >= 0))
);
COMMENT ON COLUMN public.routing_decision.path IS 'agency codes, receiving desk first';
COMMENT ON COLUMN public.routing_decision.reasons IS '[{rule, text}, ...]';
COMMENT ON COLUMN public.routing_decision.guesses IS '[{agency, place, share}, ...] when it abstained';
COMMENT ON COLUMN public.routing_decision.agency_id IS 'the lead desk';
COMMENT ON COLUMN public.routing_decision.near_misses IS 'rules one condition short: [{rule, fact, wanted, found, by}, ...]';
COMMENT ON COLUMN public.routing_decision.rule IS 'the rule that fired';
COMMENT ON COLUMN public.routing_decision.rule_set IS 'number of the rule set that decided';
COMMENT ON COLUMN public.routing_decision.urgent IS 'once true, software never lowers it';
COMMENT ON COLUMN public.routing_decision.waits_until IS 'kept above a closed desk until then';
ALTER TABLE public.routing_decision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_decision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_decisiondesk (
    id bigint NOT NULL,
    role character varying(10) NOT NULL,
    path jsonb NOT NULL,
    confidence double precision NOT NULL,
    reasons jsonb NOT NULL,
    agency_id bigint NOT NULL,
    report_id bigint NOT NULL,
    CONSTRAINT decisiondesk_confidence_range CHECK (((confidence >= (0.0)::double precision) AND (confidence <= (1.0)::double precision))),
    CONSTRAINT decisiondesk_role_known CHECK (((role)::text = ANY (ARRAY[('lead'::character varying)::text, ('joint'::character varying)::text])))
);
COMMENT ON COLUMN public.routing_decisiondesk.path IS 'agency codes, receiving desk first';
COMMENT ON COLUMN public.routing_decisiondesk.reasons IS '[{rule, text}, ...]';
ALTER TABLE public.routing_decisiondesk ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_decisiondesk_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_reroute (
    id bigint NOT NULL,
    old_decision jsonb NOT NULL,
    new_decision jsonb NOT NULL,
    reason text NOT NULL,
    state character varying(10) NOT NULL,
    found_at timestamp with time zone NOT NULL,
    decided_by character varying(254) NOT NULL,
    decided_at timestamp with time zone,
    note text NOT NULL,
    new_agency_id bigint NOT NULL,
    old_agency_id bigint NOT NULL,
    report_id bigint NOT NULL,
    CONSTRAINT reroute_goes_elsewhere CHECK ((NOT (old_agency_id = new_agency_id))),
    CONSTRAINT reroute_state_known CHECK (((state)::text = ANY (ARRAY[('open'::character varying)::text, ('taken'::character varying)::text, ('dismissed'::character varying)::text])))
);
COMMENT ON COLUMN public.routing_reroute.old_decision IS '{agency, path, confidence, rule, text}';
COMMENT ON COLUMN public.routing_reroute.new_decision IS '{agency, path, confidence, rule, text}';
COMMENT ON COLUMN public.routing_reroute.reason IS 'a sentence: what changed';
COMMENT ON COLUMN public.routing_reroute.old_agency_id IS 'who held it when this was found';
ALTER TABLE public.routing_reroute ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_reroute_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_rulepreview (
    id bigint NOT NULL,
    sha256 character varying(64) NOT NULL,
    at timestamp with time zone NOT NULL,
    by character varying(254) NOT NULL,
    result jsonb NOT NULL,
    agency_id bigint,
    sample_id bigint NOT NULL,
    against_id bigint NOT NULL,
    rule_set_id bigint NOT NULL
);
COMMENT ON COLUMN public.routing_rulepreview.sha256 IS 'of the body that was tried';
COMMENT ON COLUMN public.routing_rulepreview.result IS 'reports, changed, desks, rules, warnings (docs/reference/routing-rules.md)';
COMMENT ON COLUMN public.routing_rulepreview.against_id IS 'in force at the time';
ALTER TABLE public.routing_rulepreview ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_rulepreview_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_rulesample (
    id bigint NOT NULL,
    name character varying(80) NOT NULL,
    report_ids bigint[] NOT NULL,
    made_by character varying(254) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    agency_id bigint
);
COMMENT ON COLUMN public.routing_rulesample.agency_id IS 'whose sample; null: the operator''s';
ALTER TABLE public.routing_rulesample ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_rulesample_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_ruleset (
    id bigint NOT NULL,
    number integer NOT NULL,
    title character varying(200) NOT NULL,
    body text NOT NULL,
    sha256 character varying(64) NOT NULL,
    state character varying(10) NOT NULL,
    created_by character varying(254) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    released_by character varying(254) NOT NULL,
    released_at timestamp with time zone,
    note text NOT NULL,
    based_on_id bigint,
    CONSTRAINT routing_ruleset_number_check CHECK ((number >= 0)),
    CONSTRAINT ruleset_release_has_time CHECK ((((state)::text = 'draft'::text) OR (released_at IS NOT NULL))),
    CONSTRAINT ruleset_state_known CHECK (((state)::text = ANY (ARRAY[('draft'::character varying)::text, ('released'::character varying)::text, ('retired'::character varying)::text])))
);
COMMENT ON TABLE public.routing_ruleset IS 'Versions of the routing rules; a released body never changes';
COMMENT ON COLUMN public.routing_ruleset.body IS 'TOML, as written (docs/reference/routing-rules.md)';
COMMENT ON COLUMN public.routing_ruleset.changed_at IS 'when the body last changed';
ALTER TABLE public.routing_ruleset ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_ruleset_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.safeguarding_child (
    id bigint NOT NULL,
    number smallint NOT NULL,
    known_at timestamp with time zone NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by_id bigint NOT NULL,
    case_id bigint NOT NULL,
    CONSTRAINT child_number_counts CHECK ((number >= 1)),
    CONSTRAINT safeguarding_child_number_check CHECK ((number >= 0))
);
COMMENT ON TABLE public.safeguarding_child IS 'Children of cases, by number; never a name';
COMMENT ON COLUMN public.safeguarding_child.number IS 'child 1, child 2, ... of the case';
COMMENT ON COLUMN public.safeguarding_child.known_at IS 'since when the police knew of the child: the 24 hours count from here';
ALTER TABLE public.safeguarding_child ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.safeguarding_child_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.safeguarding_childnote (
    id bigint NOT NULL,
    text character varying(4000) NOT NULL,
    written_at timestamp with time zone NOT NULL,
    case_id bigint NOT NULL,
    child_id bigint,
    corrects_id bigint,
    written_by_id bigint NOT NULL
);
ALTER TABLE public.safeguarding_childnote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.safeguarding_childnote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.safeguarding_preference (
    id bigint NOT NULL,
    wish character varying(10) NOT NULL,
    said_by character varying(15) NOT NULL,
    channel character varying(120) NOT NULL,
    language character varying(35) NOT NULL,
    case_progress boolean NOT NULL,
    recirculation boolean NOT NULL,
    review_on date,
    written_at timestamp with time zone NOT NULL,
    case_id bigint NOT NULL,
    child_id bigint NOT NULL,
    written_by_id bigint NOT NULL,
    CONSTRAINT preference_only_of_who_wants CHECK ((((wish)::text = 'yes'::text) OR ((NOT case_progress) AND (NOT recirculation)))),
    CONSTRAINT preference_said_by_known CHECK (((said_by)::text = ANY (ARRAY[('survivor'::character varying)::text, ('guardian'::character varying)::text, ('advocate'::character varying)::text, ('committee'::character varying)::text, ('nobody'::character varying)::text]))),
    CONSTRAINT preference_said_by_somebody CHECK ((((wish)::text = 'not_asked'::text) OR (NOT ((said_by)::text = 'nobody'::text)))),
    CONSTRAINT preference_wish_known CHECK (((wish)::text = ANY (ARRAY[('yes'::character varying)::text, ('no'::character varying)::text, ('not_asked'::character varying)::text])))
);
COMMENT ON COLUMN public.safeguarding_preference.channel IS 'in words, such as: by the support person; no address';
COMMENT ON COLUMN public.safeguarding_preference.case_progress IS 'may be told how the case goes';
COMMENT ON COLUMN public.safeguarding_preference.recirculation IS 'may be told when images are seen again';
COMMENT ON COLUMN public.safeguarding_preference.review_on IS 'when to ask again';
ALTER TABLE public.safeguarding_preference ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.safeguarding_preference_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.safeguarding_step (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    reference character varying(120) NOT NULL,
    why character varying(300) NOT NULL,
    written_at timestamp with time zone NOT NULL,
    case_id bigint NOT NULL,
    child_id bigint NOT NULL,
    withdraws_id bigint,
    written_by_id bigint NOT NULL,
    CONSTRAINT step_kind_known CHECK (((kind)::text = ANY (ARRAY[('cwc_notified'::character varying)::text, ('court_notified'::character varying)::text, ('safeguarded'::character varying)::text]))),
    CONSTRAINT step_withdrawn_with_a_reason CHECK (((((why)::text = ''::text) AND (withdraws_id IS NULL)) OR ((withdraws_id IS NOT NULL) AND (NOT ((why)::text = ''::text)))))
);
COMMENT ON COLUMN public.safeguarding_step.at IS 'when it was done';
COMMENT ON COLUMN public.safeguarding_step.reference IS 'of the letter; names nobody';
COMMENT ON COLUMN public.safeguarding_step.why IS 'of a withdrawal';
ALTER TABLE public.safeguarding_step ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.safeguarding_step_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.safeguarding_supportanswer (
    id bigint NOT NULL,
    kind character varying(15) NOT NULL,
    "on" date NOT NULL,
    note character varying(500) NOT NULL,
    written_at timestamp with time zone NOT NULL,
    case_id bigint NOT NULL,
    written_by_id bigint NOT NULL,
    referral_id bigint NOT NULL,
    CONSTRAINT supportanswer_kind_known CHECK (((kind)::text = ANY (ARRAY[('taken_on'::character varying)::text, ('waiting'::character varying)::text, ('declined'::character varying)::text, ('ended'::character varying)::text])))
);
ALTER TABLE public.safeguarding_supportanswer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.safeguarding_supportanswer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.safeguarding_supportreferral (
    id bigint NOT NULL,
    service character varying(40) NOT NULL,
    service_label character varying(120) NOT NULL,
    "on" date NOT NULL,
    consent character varying(15) NOT NULL,
    consent_by character varying(15) NOT NULL,
    note character varying(500) NOT NULL,
    written_at timestamp with time zone NOT NULL,
    case_id bigint NOT NULL,
    child_id bigint NOT NULL,
    written_by_id bigint NOT NULL,
    CONSTRAINT supportreferral_consent_known CHECK (((consent)::text = ANY (ARRAY[('given'::character varying)::text, ('not_needed'::character varying)::text, ('refused'::character varying)::text, ('not_asked'::character varying)::text]))),
    CONSTRAINT supportreferral_said_by_known CHECK (((consent_by)::text = ANY (ARRAY[('survivor'::character varying)::text, ('guardian'::character varying)::text, ('advocate'::character varying)::text, ('committee'::character varying)::text, ('nobody'::character varying)::text])))
);
COMMENT ON COLUMN public.safeguarding_supportreferral.service IS 'id in data/services_*.toml';
COMMENT ON COLUMN public.safeguarding_supportreferral.service_label IS 'as the file had it then';
ALTER TABLE public.safeguarding_supportreferral ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.safeguarding_supportreferral_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sandbox_sandboxfile (
    id bigint NOT NULL,
    wire_id character varying(32) NOT NULL,
    sha256 character varying(64) NOT NULL,
    size_bytes bigint NOT NULL,
    details_sha256 character varying(64) NOT NULL,
    details_bytes bigint NOT NULL,
    sandbox_report_id bigint NOT NULL
);
COMMENT ON TABLE public.sandbox_sandboxfile IS 'Files that providers tried out: digests alone. Emptied daily';
COMMENT ON COLUMN public.sandbox_sandboxfile.wire_id IS 'fileId: 32 hex digits, the first eight are 0';
COMMENT ON COLUMN public.sandbox_sandboxfile.details_sha256 IS 'of the newest fileDetails; empty: none came';
COMMENT ON COLUMN public.sandbox_sandboxfile.details_bytes IS 'of the newest fileDetails';
ALTER TABLE public.sandbox_sandboxfile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sandbox_sandboxfile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sandbox_sandboxreport (
    id bigint NOT NULL,
    state character varying(10) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    document_sha256 character varying(64) NOT NULL,
    size_bytes bigint NOT NULL,
    probable_repeat_of bigint,
    idempotency_key character varying(255) NOT NULL,
    reporter_id bigint NOT NULL,
    CONSTRAINT sandbox_report_numbers_apart CHECK ((id >= 2000000000)),
    CONSTRAINT sandbox_report_state_known CHECK (((state)::text = ANY (ARRAY[('open'::character varying)::text, ('finished'::character varying)::text, ('retracted'::character varying)::text, ('expired'::character varying)::text])))
);
COMMENT ON TABLE public.sandbox_sandboxreport IS 'Reports that providers tried out: no content. Emptied daily';
COMMENT ON COLUMN public.sandbox_sandboxreport.changed_at IS 'last call that changed it; an open report expires by it';
COMMENT ON COLUMN public.sandbox_sandboxreport.size_bytes IS 'of the document';
COMMENT ON COLUMN public.sandbox_sandboxreport.probable_repeat_of IS 'a number of this table; may be gone';
ALTER TABLE public.sandbox_sandboxreport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sandbox_sandboxreport_id_seq
    START WITH 2000000000
    INCREMENT BY 1
    MINVALUE 2000000000
    MAXVALUE 2147483647
    CACHE 1
    CYCLE
);
CREATE TABLE public.socialaccount_socialaccount (
    id integer NOT NULL,
    provider character varying(200) NOT NULL,
    uid character varying(191) NOT NULL,
    last_login timestamp with time zone NOT NULL,
    date_joined timestamp with time zone NOT NULL,
    extra_data jsonb NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.socialaccount_socialaccount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.socialaccount_socialaccount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.socialaccount_socialapp (
    id integer NOT NULL,
    provider character varying(30) NOT NULL,
    name character varying(40) NOT NULL,
    client_id character varying(191) NOT NULL,
    secret character varying(191) NOT NULL,
    key character varying(191) NOT NULL,
    provider_id character varying(200) NOT NULL,
    settings jsonb NOT NULL
);
ALTER TABLE public.socialaccount_socialapp ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.socialaccount_socialapp_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.socialaccount_socialtoken (
    id integer NOT NULL,
    token text NOT NULL,
    token_secret text NOT NULL,
    expires_at timestamp with time zone,
    account_id integer NOT NULL,
    app_id integer
);
ALTER TABLE public.socialaccount_socialtoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.socialaccount_socialtoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.statistics_cell (
    id bigint NOT NULL,
    cut smallint NOT NULL,
    first date NOT NULL,
    last date NOT NULL,
    district character varying(170) NOT NULL,
    platform character varying(20) NOT NULL,
    category character varying(100) NOT NULL,
    desk character varying(20) NOT NULL,
    counts bigint[],
    once bigint[],
    agency_id bigint NOT NULL,
    CONSTRAINT cell_months CHECK ((last >= first))
);
COMMENT ON TABLE public.statistics_cell IS 'Sums of facts, kept with them';
COMMENT ON COLUMN public.statistics_cell.cut IS 'which dimensions have keys: place in statistics.rolling.CUTS';
COMMENT ON COLUMN public.statistics_cell.counts IS 'facts, then what adds up, in the order of the figures';
COMMENT ON COLUMN public.statistics_cell.once IS 'what counts once, in the order of the figures';
ALTER TABLE public.statistics_cell ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.statistics_cell_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.statistics_fact (
    id bigint NOT NULL,
    known_from timestamp with time zone NOT NULL,
    known_until timestamp with time zone,
    month date NOT NULL,
    district character varying(170) NOT NULL,
    category character varying(100) NOT NULL,
    channel character varying(8) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    processed_at timestamp with time zone,
    retracted_at timestamp with time zone,
    referred_at timestamp with time zone,
    accepted_at timestamp with time zone,
    case_at timestamp with time zone,
    fir_at timestamp with time zone,
    traced_at timestamp with time zone,
    outcome_at timestamp with time zone,
    feedback_at timestamp with time zone,
    logs_gone_at timestamp with time zone,
    arrived_at timestamp with time zone NOT NULL,
    acknowledged_at timestamp with time zone,
    accepted_here_at timestamp with time zone,
    sent_on_at timestamp with time zone,
    returned_at timestamp with time zone,
    case_id bigint,
    children integer,
    repeat boolean NOT NULL,
    merged boolean NOT NULL,
    urgent boolean NOT NULL,
    completeness smallint,
    files integer NOT NULL,
    identifiers integer NOT NULL,
    useful character varying(15) NOT NULL,
    agency_id bigint NOT NULL,
    desk_id bigint NOT NULL,
    provider_id bigint NOT NULL,
    report_id bigint NOT NULL,
    CONSTRAINT fact_stood_for_a_time CHECK (((known_until IS NULL) OR (known_until > known_from)))
);
COMMENT ON TABLE public.statistics_fact IS 'What figures are counted from, kept by statistics.keeping';
COMMENT ON COLUMN public.statistics_fact.known_from IS 'this row stood from then on';
COMMENT ON COLUMN public.statistics_fact.known_until IS 'and until then; null: it stands';
COMMENT ON COLUMN public.statistics_fact.month IS 'of receipt at the door, in the agency''s time zone: its first day';
COMMENT ON COLUMN public.statistics_fact.district IS 'country/state/district of attribution; empty: not known';
COMMENT ON COLUMN public.statistics_fact.category IS 'the type of incident, as on the wire';
COMMENT ON COLUMN public.statistics_fact.referred_at IS 'first handed to a desk, what was recalled left out';
COMMENT ON COLUMN public.statistics_fact.accepted_at IS 'first acceptance that stands';
COMMENT ON COLUMN public.statistics_fact.case_at IS 'joined a case';
COMMENT ON COLUMN public.statistics_fact.fir_at IS 'the case''s first information report';
COMMENT ON COLUMN public.statistics_fact.traced_at IS 'first person with corroboration, or one subscriber';
COMMENT ON COLUMN public.statistics_fact.outcome_at IS 'first outcome that was not withdrawn';
COMMENT ON COLUMN public.statistics_fact.feedback_at IS 'the day on which the provider was told';
COMMENT ON COLUMN public.statistics_fact.logs_gone_at IS 'when the last log of its addresses is likely gone';
COMMENT ON COLUMN public.statistics_fact.returned_at IS 'returned, or recalled from here';
COMMENT ON COLUMN public.statistics_fact.case_id IS 'number of its case, and nothing of it';
COMMENT ON COLUMN public.statistics_fact.children IS 'safeguarded, of the whole case or of a report without one';
COMMENT ON COLUMN public.statistics_fact.repeat IS 'a probable repeat of an earlier one';
COMMENT ON COLUMN public.statistics_fact.merged IS 'dealt with here together with another';
COMMENT ON COLUMN public.statistics_fact.useful IS 'what the provider was told; empty: nothing';
COMMENT ON COLUMN public.statistics_fact.desk_id IS 'that owns or owned it last';
ALTER TABLE public.statistics_fact ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.statistics_fact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.statistics_kept (
    one boolean NOT NULL,
    at timestamp with time zone,
    cells character varying(64) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT kept_one_row CHECK (one)
);
COMMENT ON TABLE public.statistics_kept IS 'How far facts are kept';
COMMENT ON COLUMN public.statistics_kept.at IS 'of the last refresh; null: they are being made for the first time';
COMMENT ON COLUMN public.statistics_kept.cells IS 'SHA-256 of the figures that cells were counted by; empty: there are none';
CREATE TABLE public.statistics_requestfact (
    id bigint NOT NULL,
    known_from timestamp with time zone NOT NULL,
    known_until timestamp with time zone,
    month date NOT NULL,
    holder character varying(90) NOT NULL,
    holder_name character varying(120) NOT NULL,
    kind character varying(12) NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    replied_at timestamp with time zone,
    ended_at timestamp with time zone,
    answer character varying(10) NOT NULL,
    usefulness character varying(10) NOT NULL,
    withdrawn boolean NOT NULL,
    agency_id bigint NOT NULL,
    request_id bigint NOT NULL,
    CONSTRAINT requestfact_stood_for_a_time CHECK (((known_until IS NULL) OR (known_until > known_from)))
);
COMMENT ON TABLE public.statistics_requestfact IS 'What figures of requests are counted from, kept by statistics.keeping';
COMMENT ON COLUMN public.statistics_requestfact.known_from IS 'this row stood from then on';
COMMENT ON COLUMN public.statistics_requestfact.known_until IS 'and until then; null: it stands';
COMMENT ON COLUMN public.statistics_requestfact.month IS 'in which it was sent, in the agency''s time zone: its first day';
COMMENT ON COLUMN public.statistics_requestfact.holder IS 'key of a directory; *: a platform in none';
ALTER TABLE public.statistics_requestfact ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.statistics_requestfact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.statistics_snapshot (
    id bigint NOT NULL,
    figure character varying(60) NOT NULL,
    version integer NOT NULL,
    suppressed boolean NOT NULL,
    asked jsonb NOT NULL,
    rows jsonb NOT NULL,
    digest character varying(64) NOT NULL,
    note character varying(300) NOT NULL,
    kept_at timestamp with time zone NOT NULL,
    label character varying(254) NOT NULL,
    agency_id bigint NOT NULL,
    kept_by_id bigint,
    CONSTRAINT snapshot_digest_shape CHECK (((digest)::text ~ '^[0-9a-f]{64}$'::text))
);
COMMENT ON TABLE public.statistics_snapshot IS 'Answers that were kept';
COMMENT ON COLUMN public.statistics_snapshot.suppressed IS 'small numbers are hidden in it; else it is for who sees the reports';
COMMENT ON COLUMN public.statistics_snapshot.asked IS 'the question, its moment with it';
COMMENT ON COLUMN public.statistics_snapshot.rows IS 'the answer as it was told: what was hidden is not in it';
COMMENT ON COLUMN public.statistics_snapshot.digest IS 'SHA-256 of question and rows in RFC 8785 form';
COMMENT ON COLUMN public.statistics_snapshot.note IS 'what it was kept for';
COMMENT ON COLUMN public.statistics_snapshot.label IS 'who kept it, as the log names them';
ALTER TABLE public.statistics_snapshot ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.statistics_snapshot_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.statistics_stale (
    id bigint NOT NULL,
    report_id bigint,
    request_id bigint,
    since timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);
COMMENT ON TABLE public.statistics_stale IS 'Reports and requests whose facts are to be made anew';
ALTER TABLE public.statistics_stale ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.statistics_stale_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.statistics_tally (
    id bigint NOT NULL,
    cut smallint NOT NULL,
    month date NOT NULL,
    key character varying(170) NOT NULL,
    name character varying(160) NOT NULL,
    "values" double precision[] NOT NULL,
    counts integer[] NOT NULL,
    agency_id bigint NOT NULL
);
COMMENT ON TABLE public.statistics_tally IS 'How often each value stands among facts, kept with them';
COMMENT ON COLUMN public.statistics_tally.cut IS 'as of a cell; none or one dimension';
COMMENT ON COLUMN public.statistics_tally.name IS 'the figure and what of it';
COMMENT ON COLUMN public.statistics_tally."values" IS 'the values that there are, in order';
COMMENT ON COLUMN public.statistics_tally.counts IS 'how often each';
ALTER TABLE public.statistics_tally ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.statistics_tally_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_attempts_answer (
    id bigint NOT NULL,
    task character varying(40) NOT NULL,
    turn smallint NOT NULL,
    given jsonb NOT NULL,
    share double precision NOT NULL,
    "right" smallint NOT NULL,
    wrong smallint NOT NULL,
    wanted smallint NOT NULL,
    hints_cost smallint NOT NULL,
    points numeric(6,2) NOT NULL,
    at timestamp with time zone NOT NULL,
    key character varying(64) NOT NULL,
    by_id bigint,
    attempt_id bigint NOT NULL,
    reasons jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT answer_points_not_negative CHECK ((points >= (0)::numeric)),
    CONSTRAINT answer_share_is_one CHECK (((share >= (0.0)::double precision) AND (share <= (1.0)::double precision))),
    CONSTRAINT training_attempts_answer_hints_cost_check CHECK ((hints_cost >= 0)),
    CONSTRAINT training_attempts_answer_right_check CHECK (("right" >= 0)),
    CONSTRAINT training_attempts_answer_turn_check CHECK ((turn >= 0)),
    CONSTRAINT training_attempts_answer_wanted_check CHECK ((wanted >= 0)),
    CONSTRAINT training_attempts_answer_wrong_check CHECK ((wrong >= 0))
);
COMMENT ON TABLE public.training_attempts_answer IS 'Answers to tasks, every try';
COMMENT ON COLUMN public.training_attempts_answer.turn IS 'which try it is, from 1';
COMMENT ON COLUMN public.training_attempts_answer.given IS 'the values, as they were typed';
COMMENT ON COLUMN public.training_attempts_answer.share IS 'how much is right, from 0 to 1';
COMMENT ON COLUMN public.training_attempts_answer."right" IS 'values that are right';
COMMENT ON COLUMN public.training_attempts_answer.wrong IS 'values that are not';
COMMENT ON COLUMN public.training_attempts_answer.wanted IS 'values that were wanted';
COMMENT ON COLUMN public.training_attempts_answer.hints_cost IS 'what hints taken before it cost';
COMMENT ON COLUMN public.training_attempts_answer.key IS 'of the form that it came with: sent again, it is the same answer';
COMMENT ON COLUMN public.training_attempts_answer.reasons IS 'what a check of the desk says: [[name of a sentence, its values], ...]';
ALTER TABLE public.training_attempts_answer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_attempts_answer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_attempts_attempt (
    id bigint NOT NULL,
    team character varying(60) NOT NULL,
    scenario character varying(40) NOT NULL,
    level character varying(20) NOT NULL,
    digest character varying(64) NOT NULL,
    seed character varying(64) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    points numeric(7,2) DEFAULT 0 NOT NULL,
    points_possible integer NOT NULL,
    last_act_at timestamp with time zone NOT NULL,
    course_id bigint,
    enrolment_id bigint,
    exercise_id bigint,
    started_by_id bigint,
    tried_by_id bigint,
    CONSTRAINT attempt_digest_shape CHECK (((digest)::text ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT attempt_in_a_course_or_a_try CHECK ((((course_id IS NOT NULL) AND (exercise_id IS NOT NULL) AND (tried_by_id IS NULL)) OR ((course_id IS NULL) AND (exercise_id IS NULL) AND (tried_by_id IS NOT NULL)))),
    CONSTRAINT attempt_of_one_or_a_team_or_a_try CHECK ((((enrolment_id IS NOT NULL) AND ((team)::text = ''::text) AND (tried_by_id IS NULL)) OR ((enrolment_id IS NULL) AND (tried_by_id IS NULL) AND (NOT ((team)::text = ''::text))) OR ((enrolment_id IS NULL) AND ((team)::text = ''::text) AND (tried_by_id IS NOT NULL)))),
    CONSTRAINT attempt_points_not_negative CHECK ((points >= (0)::numeric)),
    CONSTRAINT attempt_seed_shape CHECK (((seed)::text ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT training_attempts_attempt_points_possible_check CHECK ((points_possible >= 0))
);
COMMENT ON TABLE public.training_attempts_attempt IS 'Work on exercises';
COMMENT ON COLUMN public.training_attempts_attempt.team IS 'the team''s name; empty: one trainee''s';
COMMENT ON COLUMN public.training_attempts_attempt.scenario IS 'its folder''s name';
COMMENT ON COLUMN public.training_attempts_attempt.digest IS 'SHA-256 of the scenario''s folder, its version';
COMMENT ON COLUMN public.training_attempts_attempt.seed IS 'what the world is made of; never leaves the server';
COMMENT ON COLUMN public.training_attempts_attempt.due_at IS 'when time is over';
COMMENT ON COLUMN public.training_attempts_attempt.finished_at IS 'when it was handed in; null: it ends when time is over';
COMMENT ON COLUMN public.training_attempts_attempt.points IS 'the best try of each task, added up';
COMMENT ON COLUMN public.training_attempts_attempt.last_act_at IS 'when something was last answered, or a hint taken';
COMMENT ON COLUMN public.training_attempts_attempt.course_id IS 'the exercise''s, for row security';
COMMENT ON COLUMN public.training_attempts_attempt.enrolment_id IS 'null: a team''s';
COMMENT ON COLUMN public.training_attempts_attempt.exercise_id IS 'null: a try, which counts nowhere';
COMMENT ON COLUMN public.training_attempts_attempt.tried_by_id IS 'the instructor who tries the scenario';
ALTER TABLE public.training_attempts_attempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_attempts_attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_attempts_event (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    task character varying(40) NOT NULL,
    what character varying(200) NOT NULL,
    at timestamp with time zone NOT NULL,
    attempt_id bigint NOT NULL,
    by_id bigint,
    other_id bigint,
    CONSTRAINT event_kind_known CHECK (((kind)::text = ANY (ARRAY[('tampered'::character varying)::text, ('replayed'::character varying)::text, ('late'::character varying)::text, ('shared'::character varying)::text]))),
    CONSTRAINT event_other_where_shared CHECK (((((kind)::text = 'shared'::text) AND (other_id IS NOT NULL)) OR ((NOT ((kind)::text = 'shared'::text)) AND (other_id IS NULL))))
);
COMMENT ON TABLE public.training_attempts_event IS 'What stands out in attempts';
COMMENT ON COLUMN public.training_attempts_event.other_id IS 'in whose papers the answer is right';
ALTER TABLE public.training_attempts_event ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_attempts_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_attempts_expected (
    id bigint NOT NULL,
    task character varying(40) NOT NULL,
    digest character varying(64) NOT NULL,
    attempt_id bigint NOT NULL,
    exercise_id bigint NOT NULL
);
COMMENT ON TABLE public.training_attempts_expected IS 'Digests of right answers; trainees never read them';
COMMENT ON COLUMN public.training_attempts_expected.digest IS 'HMAC-SHA256 under the range''s key';
ALTER TABLE public.training_attempts_expected ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_attempts_expected_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_attempts_hinttaken (
    id bigint NOT NULL,
    task character varying(40) NOT NULL,
    hint character varying(40) NOT NULL,
    cost smallint NOT NULL,
    at timestamp with time zone NOT NULL,
    attempt_id bigint NOT NULL,
    by_id bigint,
    CONSTRAINT training_attempts_hinttaken_cost_check CHECK ((cost >= 0))
);
COMMENT ON TABLE public.training_attempts_hinttaken IS 'Hints taken';
ALTER TABLE public.training_attempts_hinttaken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_attempts_hinttaken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_attempts_kept (
    id bigint NOT NULL,
    "row" character varying(80) NOT NULL,
    attempt_id bigint NOT NULL,
    by_id bigint
);
COMMENT ON TABLE public.training_attempts_kept IS 'Rows kept as evidence while one works';
ALTER TABLE public.training_attempts_kept ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_attempts_kept_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_attempts_keptworld (
    id bigint NOT NULL,
    seed character varying(64) NOT NULL,
    digest character varying(64) NOT NULL,
    world bytea NOT NULL,
    blocks jsonb NOT NULL
);
COMMENT ON TABLE public.training_attempts_keptworld IS 'Worlds of attempts and of trainees'' own desks';
COMMENT ON COLUMN public.training_attempts_keptworld.digest IS 'version of the scenario';
COMMENT ON COLUMN public.training_attempts_keptworld.world IS 'facts and documents, JSON compressed by zlib (training/scenarios/keeping.py)';
COMMENT ON COLUMN public.training_attempts_keptworld.blocks IS 'the blocks that made it, with their versions';
ALTER TABLE public.training_attempts_keptworld ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_attempts_keptworld_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_attempts_review (
    id bigint NOT NULL,
    scenario character varying(40) NOT NULL,
    digest character varying(64) NOT NULL,
    act character varying(10) NOT NULL,
    at timestamp with time zone NOT NULL,
    note character varying(500) NOT NULL,
    by_id bigint NOT NULL,
    CONSTRAINT review_act_known CHECK (((act)::text = ANY (ARRAY[('reviewed'::character varying)::text, ('released'::character varying)::text, ('withdrawn'::character varying)::text]))),
    CONSTRAINT review_digest_shape CHECK (((digest)::text ~ '^[0-9a-f]{64}$'::text))
);
COMMENT ON TABLE public.training_attempts_review IS 'Reviews of scenarios';
COMMENT ON COLUMN public.training_attempts_review.digest IS 'SHA-256 of the folder: another byte is another version';
ALTER TABLE public.training_attempts_review ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_attempts_review_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_courses_attendance (
    id bigint NOT NULL,
    present boolean NOT NULL,
    noted_at timestamp with time zone NOT NULL,
    enrolment_id bigint NOT NULL,
    noted_by_id bigint,
    session_id bigint NOT NULL
);
COMMENT ON TABLE public.training_courses_attendance IS 'Who was at which session';
ALTER TABLE public.training_courses_attendance ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_courses_attendance_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_courses_certificate (
    id bigint NOT NULL,
    number character varying(20) NOT NULL,
    statement text NOT NULL,
    key character varying(200) NOT NULL,
    signature character varying(100) NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_why character varying(200) NOT NULL,
    enrolment_id bigint NOT NULL,
    issued_by_id bigint,
    revoked_by_id bigint,
    CONSTRAINT certificate_revoked_with_a_reason CHECK ((((revoked_at IS NULL) AND ((revoked_why)::text = ''::text)) OR ((revoked_at IS NOT NULL) AND (NOT ((revoked_why)::text = ''::text)))))
);
COMMENT ON TABLE public.training_courses_certificate IS 'Certificates of courses';
COMMENT ON COLUMN public.training_courses_certificate.statement IS 'RFC 8785 JSON';
COMMENT ON COLUMN public.training_courses_certificate.key IS 'the verifying key, NAME+HASH+KEY';
COMMENT ON COLUMN public.training_courses_certificate.signature IS 'Ed25519 over the statement, base64';
ALTER TABLE public.training_courses_certificate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_courses_certificate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_courses_course (
    id bigint NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(120) NOT NULL,
    starts_on date,
    ends_on date,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint,
    pass_attendance smallint DEFAULT 75 NOT NULL,
    pass_points smallint DEFAULT 50 NOT NULL,
    pass_test smallint DEFAULT 50 NOT NULL,
    before_opens_at timestamp with time zone DEFAULT statement_timestamp(),
    before_closes_at timestamp with time zone,
    after_opens_at timestamp with time zone,
    after_closes_at timestamp with time zone,
    CONSTRAINT course_criteria_are_percent CHECK (((pass_points <= 100) AND (pass_attendance <= 100) AND (pass_test <= 100))),
    CONSTRAINT course_ends_after_its_start CHECK (((ends_on IS NULL) OR (starts_on IS NULL) OR (ends_on >= starts_on))),
    CONSTRAINT training_courses_course_pass_attendance_check CHECK ((pass_attendance >= 0)),
    CONSTRAINT training_courses_course_pass_points_check CHECK ((pass_points >= 0)),
    CONSTRAINT training_courses_course_pass_test_check CHECK ((pass_test >= 0))
);
COMMENT ON TABLE public.training_courses_course IS 'Courses of the training range';
COMMENT ON COLUMN public.training_courses_course.pass_attendance IS 'percent of the sessions; 0: not asked';
COMMENT ON COLUMN public.training_courses_course.pass_points IS 'percent of the points of all exercises; 0: not asked';
COMMENT ON COLUMN public.training_courses_course.pass_test IS 'percent of the test after the course; 0: not asked';
COMMENT ON COLUMN public.training_courses_course.before_opens_at IS 'when the test before the course opens; null: not yet';
COMMENT ON COLUMN public.training_courses_course.before_closes_at IS 'null: it stays open';
COMMENT ON COLUMN public.training_courses_course.after_opens_at IS 'when the test after the course opens; null: not yet';
COMMENT ON COLUMN public.training_courses_course.after_closes_at IS 'null: it stays open';
ALTER TABLE public.training_courses_course ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_courses_course_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_courses_enrolment (
    id bigint NOT NULL,
    batch character varying(60) NOT NULL,
    team character varying(60) NOT NULL,
    at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    course_id bigint NOT NULL,
    trainee_id bigint NOT NULL
);
COMMENT ON TABLE public.training_courses_enrolment IS 'Who is in which course';
COMMENT ON COLUMN public.training_courses_enrolment.team IS 'who works together in exercises for teams';
ALTER TABLE public.training_courses_enrolment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_courses_enrolment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_courses_entrycode (
    id bigint NOT NULL,
    digest character varying(64) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    enrolment_id bigint NOT NULL,
    CONSTRAINT entry_code_digest_shape CHECK (((digest)::text ~ '^[0-9a-f]{64}$'::text))
);
COMMENT ON TABLE public.training_courses_entrycode IS 'Digests of trainees'' entry codes';
COMMENT ON COLUMN public.training_courses_entrycode.digest IS 'SHA-256; the code itself is nowhere';
COMMENT ON COLUMN public.training_courses_entrycode.used_at IS 'when it last opened the range';
ALTER TABLE public.training_courses_entrycode ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_courses_entrycode_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_courses_exercise (
    id bigint NOT NULL,
    scenario character varying(40) NOT NULL,
    level character varying(20) NOT NULL,
    opens_at timestamp with time zone,
    closes_at timestamp with time zone,
    minutes smallint NOT NULL,
    for_teams boolean NOT NULL,
    course_id bigint NOT NULL,
    CONSTRAINT exercise_lasts CHECK ((minutes > 0)),
    CONSTRAINT training_courses_exercise_minutes_check CHECK ((minutes >= 0))
);
COMMENT ON TABLE public.training_courses_exercise IS 'Scenarios that courses work on';
COMMENT ON COLUMN public.training_courses_exercise.scenario IS 'its folder''s name';
COMMENT ON COLUMN public.training_courses_exercise.opens_at IS 'null: as soon as it is there';
COMMENT ON COLUMN public.training_courses_exercise.closes_at IS 'null: never';
COMMENT ON COLUMN public.training_courses_exercise.minutes IS 'how long an attempt lasts';
ALTER TABLE public.training_courses_exercise ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_courses_exercise_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_courses_instructor (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    course_id bigint NOT NULL,
    user_id bigint NOT NULL
);
COMMENT ON TABLE public.training_courses_instructor IS 'Who teaches which course';
ALTER TABLE public.training_courses_instructor ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_courses_instructor_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_courses_paper (
    id bigint NOT NULL,
    moment character varying(10) NOT NULL,
    form character varying(1) NOT NULL,
    items jsonb NOT NULL,
    answers jsonb,
    "right" smallint,
    bank character varying(20) NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    handed_in_at timestamp with time zone,
    enrolment_id bigint NOT NULL,
    CONSTRAINT paper_form_known CHECK (((form)::text = ANY (ARRAY[('A'::character varying)::text, ('B'::character varying)::text]))),
    CONSTRAINT paper_handed_in_whole CHECK ((((answers IS NULL) AND (handed_in_at IS NULL) AND ("right" IS NULL)) OR ((answers IS NOT NULL) AND (handed_in_at IS NOT NULL) AND ("right" IS NOT NULL)))),
    CONSTRAINT paper_moment_known CHECK (((moment)::text = ANY (ARRAY[('before'::character varying)::text, ('after'::character varying)::text]))),
    CONSTRAINT training_courses_paper_right_check CHECK (("right" >= 0))
);
COMMENT ON TABLE public.training_courses_paper IS 'Tests before and after courses';
COMMENT ON COLUMN public.training_courses_paper.form IS 'A or B: who had A before the course has B after it';
COMMENT ON COLUMN public.training_courses_paper.items IS '[[item, [its options'' order]], ...], as drawn';
COMMENT ON COLUMN public.training_courses_paper.answers IS '{item: option}; null: not handed in';
COMMENT ON COLUMN public.training_courses_paper.bank IS 'version of the question bank';
ALTER TABLE public.training_courses_paper ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_courses_paper_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_courses_session (
    id bigint NOT NULL,
    batch character varying(60) NOT NULL,
    title character varying(120) NOT NULL,
    held_on date NOT NULL,
    course_id bigint NOT NULL
);
COMMENT ON TABLE public.training_courses_session IS 'Meetings of courses';
COMMENT ON COLUMN public.training_courses_session.batch IS 'empty: the whole course';
ALTER TABLE public.training_courses_session ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_courses_session_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_courses_trainee (
    id bigint NOT NULL,
    rank character varying(60) NOT NULL,
    district character varying(80) NOT NULL,
    user_id bigint NOT NULL
);
COMMENT ON TABLE public.training_courses_trainee IS 'Officers who train';
COMMENT ON COLUMN public.training_courses_trainee.rank IS 'as the roster has it';
COMMENT ON COLUMN public.training_courses_trainee.district IS 'as the roster has it';
ALTER TABLE public.training_courses_trainee ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_courses_trainee_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_desk_desk (
    id bigint NOT NULL,
    seed character varying(64) NOT NULL,
    scenario character varying(40) NOT NULL,
    level character varying(20) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    account_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    second_id bigint NOT NULL,
    user_id bigint NOT NULL
);
COMMENT ON TABLE public.training_desk_desk IS 'Trainees'' own desks';
COMMENT ON COLUMN public.training_desk_desk.seed IS 'of the world, which is the trainee''s or the team''s own';
COMMENT ON COLUMN public.training_desk_desk.made_at IS 'times of the bundle count back from here';
COMMENT ON COLUMN public.training_desk_desk.ended_at IS 'when it was reset; null: it is the one in use';
COMMENT ON COLUMN public.training_desk_desk.account_id IS 'who the trainee is at the desk; it has no password';
COMMENT ON COLUMN public.training_desk_desk.second_id IS 'the second officer, whom the range plays';
COMMENT ON COLUMN public.training_desk_desk.user_id IS 'the trainee for whom it was made first';
ALTER TABLE public.training_desk_desk ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_desk_desk_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_stamp (
    one boolean DEFAULT true NOT NULL,
    kind text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT training_stamp_kind_check CHECK ((kind = ANY (ARRAY['live'::text, 'range'::text]))),
    CONSTRAINT training_stamp_one_check CHECK (one)
);
COMMENT ON TABLE public.training_stamp IS 'Whether this database is live or a training range';
CREATE TABLE public.triage_score (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    score smallint NOT NULL,
    reasons jsonb NOT NULL,
    rules_version character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    report_id bigint NOT NULL,
    CONSTRAINT score_kind_known CHECK (((kind)::text = ANY (ARRAY[('completeness'::character varying)::text, ('priority'::character varying)::text, ('legal_relevance'::character varying)::text]))),
    CONSTRAINT score_range CHECK (((score >= 0) AND (score <= 100)))
);
COMMENT ON COLUMN public.triage_score.reasons IS '[{rule, points, title, source}, ...]';
ALTER TABLE public.triage_score ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.triage_score_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.usersessions_usersession (
    id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ip inet NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    session_key character varying(40) NOT NULL,
    user_agent character varying(200) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.usersessions_usersession ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usersessions_usersession_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.webhooks_delivery (
    id bigint NOT NULL,
    leaf bigint,
    kind character varying(60) NOT NULL,
    object_type character varying(40) NOT NULL,
    object_id character varying(80) NOT NULL,
    at timestamp with time zone NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    next_at timestamp with time zone NOT NULL,
    delivered_at timestamp with time zone,
    status smallint,
    subscription_id bigint NOT NULL
);
COMMENT ON TABLE public.webhooks_delivery IS 'Webhooks: what waits to be told, and what was told in the last month';
COMMENT ON COLUMN public.webhooks_delivery.leaf IS 'index of the log''s leaf; null: a test';
COMMENT ON COLUMN public.webhooks_delivery.at IS 'when it happened';
COMMENT ON COLUMN public.webhooks_delivery.status IS 'of the last answer; null: none came';
ALTER TABLE public.webhooks_delivery ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.webhooks_delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.webhooks_subscription (
    id bigint NOT NULL,
    url character varying(500) NOT NULL,
    events character varying(60)[] NOT NULL,
    secret text NOT NULL,
    up_to bigint NOT NULL,
    active boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    failing_since timestamp with time zone,
    last_error character varying(200) NOT NULL,
    last_success_at timestamp with time zone,
    disabled_at timestamp with time zone,
    ended_at timestamp with time zone,
    agency_id bigint NOT NULL,
    created_by_id bigint NOT NULL,
    old_secret text DEFAULT ''::text NOT NULL,
    old_secret_until timestamp with time zone,
    CONSTRAINT subscription_of_something CHECK ((
CASE
    WHEN (events IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(events, 1), 0)
END > 0))
);
COMMENT ON TABLE public.webhooks_subscription IS 'Webhooks: addresses that are told of events, without data of reports or cases';
COMMENT ON COLUMN public.webhooks_subscription.secret IS 'encrypted with the key of secrets/accounts.key; it signs what is sent';
COMMENT ON COLUMN public.webhooks_subscription.up_to IS 'index of the last leaf of the log that was looked at';
COMMENT ON COLUMN public.webhooks_subscription.disabled_at IS 'by the software, after failing too long';
COMMENT ON COLUMN public.webhooks_subscription.old_secret IS 'the one before, encrypted; it signs too until its end';
ALTER TABLE public.webhooks_subscription ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.webhooks_subscription_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);
ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);
ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_apitoken
    ADD CONSTRAINT accounts_apitoken_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_apitoken
    ADD CONSTRAINT accounts_apitoken_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.accounts_reporter
    ADD CONSTRAINT accounts_reporter_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_reporter
    ADD CONSTRAINT accounts_reporter_username_key UNIQUE (username);
ALTER TABLE ONLY public.accounts_reportercredential
    ADD CONSTRAINT accounts_reportercredential_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_tries
    ADD CONSTRAINT accounts_tries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_email_key UNIQUE (email);
ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_actionday
    ADD CONSTRAINT actionday_once UNIQUE (operation_id, day);
ALTER TABLE ONLY public.agencies_agency
    ADD CONSTRAINT agencies_agency_code_key UNIQUE (code);
ALTER TABLE ONLY public.agencies_agency
    ADD CONSTRAINT agencies_agency_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.agencies_agencyletterhead
    ADD CONSTRAINT agencies_agencyletterhead_agency_id_key UNIQUE (agency_id);
ALTER TABLE ONLY public.agencies_agencyletterhead
    ADD CONSTRAINT agencies_agencyletterhead_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.agencies_agreement
    ADD CONSTRAINT agencies_agreement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.agencies_agreementproposal
    ADD CONSTRAINT agencies_agreementproposal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.agencies_deskcalendar
    ADD CONSTRAINT agencies_deskcalendar_agency_id_key UNIQUE (agency_id);
ALTER TABLE ONLY public.agencies_deskcalendar
    ADD CONSTRAINT agencies_deskcalendar_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.agencies_jurisdiction
    ADD CONSTRAINT agencies_jurisdiction_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.agencies_oversight
    ADD CONSTRAINT agencies_oversight_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_attempts_answer
    ADD CONSTRAINT answer_once_a_key UNIQUE (attempt_id, key);
ALTER TABLE ONLY public.training_attempts_answer
    ADD CONSTRAINT answer_once_a_turn UNIQUE (attempt_id, task, turn);
ALTER TABLE ONLY public.api_answered
    ADD CONSTRAINT answered_once UNIQUE (person_id, key);
ALTER TABLE ONLY public.api_answered
    ADD CONSTRAINT api_answered_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_courses_attendance
    ADD CONSTRAINT attendance_once UNIQUE (session_id, enrolment_id);
ALTER TABLE ONLY public.attribution_addressrange
    ADD CONSTRAINT attribution_addressrange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attribution_attribution
    ADD CONSTRAINT attribution_attribution_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attribution_attribution
    ADD CONSTRAINT attribution_attribution_sighting_id_key UNIQUE (sighting_id);
ALTER TABLE ONLY public.attribution_earlieranswer
    ADD CONSTRAINT attribution_earlieranswer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attribution_expirynotice
    ADD CONSTRAINT attribution_expirynotice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attribution_logclock
    ADD CONSTRAINT attribution_logclock_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attribution_logclock
    ADD CONSTRAINT attribution_logclock_sighting_id_key UNIQUE (sighting_id);
ALTER TABLE ONLY public.attribution_preservationnote
    ADD CONSTRAINT attribution_preservationnote_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attribution_providerdirectory
    ADD CONSTRAINT attribution_providerdirectory_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attribution_recomputation
    ADD CONSTRAINT attribution_recomputation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attribution_reportclock
    ADD CONSTRAINT attribution_reportclock_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attribution_reportclock
    ADD CONSTRAINT attribution_reportclock_report_id_key UNIQUE (report_id);
ALTER TABLE ONLY public.attribution_source
    ADD CONSTRAINT attribution_source_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attribution_sourcepart
    ADD CONSTRAINT attribution_sourcepart_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attribution_whereabouts
    ADD CONSTRAINT attribution_whereabouts_pkey PRIMARY KEY (report_id);
ALTER TABLE ONLY public.audit_checkpoint
    ADD CONSTRAINT audit_checkpoint_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT audit_entry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_leaf
    ADD CONSTRAINT audit_leaf_entry_id_key UNIQUE (entry_id);
ALTER TABLE ONLY public.audit_leaf
    ADD CONSTRAINT audit_leaf_pkey PRIMARY KEY (index);
ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_one_key UNIQUE (one);
ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_node
    ADD CONSTRAINT audit_node_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_pending
    ADD CONSTRAINT audit_pending_pkey PRIMARY KEY (entry_id);
ALTER TABLE ONLY public.audit_publication
    ADD CONSTRAINT audit_publication_pkey PRIMARY KEY (checkpoint_id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.federation_below
    ADD CONSTRAINT below_once UNIQUE (referral_id, agency);
ALTER TABLE ONLY public.cases_case
    ADD CONSTRAINT case_number_of_agency UNIQUE (agency_id, number);
ALTER TABLE ONLY public.cases_case
    ADD CONSTRAINT case_number_once UNIQUE (agency_id, year, running_number);
ALTER TABLE ONLY public.cases_casehandle
    ADD CONSTRAINT casehandle_once UNIQUE (case_id, identifier_id);
ALTER TABLE ONLY public.cases_caseoffence
    ADD CONSTRAINT caseoffence_once UNIQUE (case_id, section_id);
ALTER TABLE ONLY public.cases_case
    ADD CONSTRAINT cases_case_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_caseassignment
    ADD CONSTRAINT cases_caseassignment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_caseending
    ADD CONSTRAINT cases_caseending_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_casehandle
    ADD CONSTRAINT cases_casehandle_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_caselink
    ADD CONSTRAINT cases_caselink_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_caseoffence
    ADD CONSTRAINT cases_caseoffence_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_caseperson
    ADD CONSTRAINT cases_caseperson_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_casereport
    ADD CONSTRAINT cases_casereport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_casereport
    ADD CONSTRAINT cases_casereport_referral_id_key UNIQUE (referral_id);
ALTER TABLE ONLY public.cases_casereport
    ADD CONSTRAINT cases_casereport_report_id_key UNIQUE (report_id);
ALTER TABLE ONLY public.cases_casetask
    ADD CONSTRAINT cases_casetask_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_casetransfer
    ADD CONSTRAINT cases_casetransfer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_diaryentry
    ADD CONSTRAINT cases_diaryentry_corrects_id_key UNIQUE (corrects_id);
ALTER TABLE ONLY public.cases_diaryentry
    ADD CONSTRAINT cases_diaryentry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_firentry
    ADD CONSTRAINT cases_firentry_corrects_id_key UNIQUE (corrects_id);
ALTER TABLE ONLY public.cases_firentry
    ADD CONSTRAINT cases_firentry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_numbercounter
    ADD CONSTRAINT cases_numbercounter_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_numberscheme
    ADD CONSTRAINT cases_numberscheme_agency_id_key UNIQUE (agency_id);
ALTER TABLE ONLY public.cases_numberscheme
    ADD CONSTRAINT cases_numberscheme_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_offenceact
    ADD CONSTRAINT cases_offenceact_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_officerchange
    ADD CONSTRAINT cases_officerchange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_personevidence
    ADD CONSTRAINT cases_personevidence_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_preliminaryenquiry
    ADD CONSTRAINT cases_preliminaryenquiry_case_id_key UNIQUE (case_id);
ALTER TABLE ONLY public.cases_preliminaryenquiry
    ADD CONSTRAINT cases_preliminaryenquiry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_proposalevidence
    ADD CONSTRAINT cases_proposalevidence_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_standingchange
    ADD CONSTRAINT cases_standingchange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_standingproposal
    ADD CONSTRAINT cases_standingproposal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.statistics_cell
    ADD CONSTRAINT cell_one UNIQUE (agency_id, cut, first, last, district, platform, category, desk);
ALTER TABLE ONLY public.audit_checkpoint
    ADD CONSTRAINT checkpoint_once UNIQUE (size, key_name);
ALTER TABLE ONLY public.safeguarding_child
    ADD CONSTRAINT child_number_once UNIQUE (case_id, number);
ALTER TABLE ONLY public.clocks_clock
    ADD CONSTRAINT clocks_clock_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.clocks_pause
    ADD CONSTRAINT clocks_pause_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.clocks_rulesfile
    ADD CONSTRAINT clocks_rulesfile_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.exhibits_custodyevent
    ADD CONSTRAINT custodyevent_position_once UNIQUE (exhibit_id, "position");
ALTER TABLE ONLY public.cybertipline_refuseddocument
    ADD CONSTRAINT cybertipline_refuseddocument_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_decisiondesk
    ADD CONSTRAINT decisiondesk_once UNIQUE (report_id, agency_id);
ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT delivery_once UNIQUE (subscription_id, leaf);
ALTER TABLE ONLY public.referrals_deskrow
    ADD CONSTRAINT deskrow_once UNIQUE (report_id, agency_id);
ALTER TABLE ONLY public.retention_destructionitem
    ADD CONSTRAINT destructionitem_refused_document_once UNIQUE (refused_document);
ALTER TABLE ONLY public.cases_diaryentry
    ADD CONSTRAINT diaryentry_number_once UNIQUE (case_id, number);
ALTER TABLE ONLY public.operations_districttask
    ADD CONSTRAINT districttask_once UNIQUE (task_id, agency_id);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);
ALTER TABLE ONLY public.doors_alert
    ADD CONSTRAINT doors_alert_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.doors_doorcall
    ADD CONSTRAINT doors_doorcall_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.doors_feedback
    ADD CONSTRAINT doors_feedback_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.doors_feedback
    ADD CONSTRAINT doors_feedback_report_id_key UNIQUE (report_id);
ALTER TABLE ONLY public.doors_feedbackday
    ADD CONSTRAINT doors_feedbackday_pkey PRIMARY KEY (day);
ALTER TABLE ONLY public.doors_judgement
    ADD CONSTRAINT doors_judgement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.doors_providerday
    ADD CONSTRAINT doors_providerday_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.publishing_draw
    ADD CONSTRAINT draw_once UNIQUE (agency_id, since, until);
ALTER TABLE ONLY public.referrals_duenotice
    ADD CONSTRAINT duenotice_once UNIQUE (referral_id, kind);
ALTER TABLE ONLY public.linking_edge
    ADD CONSTRAINT edge_once UNIQUE (report_id, identifier_id);
ALTER TABLE ONLY public.hash_lists_edition
    ADD CONSTRAINT edition_head_once UNIQUE (hash_list_id, head);
ALTER TABLE ONLY public.hash_lists_edition
    ADD CONSTRAINT edition_number_once UNIQUE (hash_list_id, number);
ALTER TABLE ONLY public.training_courses_enrolment
    ADD CONSTRAINT enrolment_once UNIQUE (course_id, trainee_id);
ALTER TABLE ONLY public.exhibits_exhibit
    ADD CONSTRAINT exhibit_number_once UNIQUE (case_id, number);
ALTER TABLE ONLY public.exhibits_exhibit
    ADD CONSTRAINT exhibit_running_number_once UNIQUE (case_id, running_number);
ALTER TABLE ONLY public.exhibits_exhibitdigest
    ADD CONSTRAINT exhibitdigest_once UNIQUE (exhibit_id, algorithm);
ALTER TABLE ONLY public.exhibits_custodyevent
    ADD CONSTRAINT exhibits_custodyevent_corrects_id_key UNIQUE (corrects_id);
ALTER TABLE ONLY public.exhibits_custodyevent
    ADD CONSTRAINT exhibits_custodyevent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.exhibits_exhibit
    ADD CONSTRAINT exhibits_exhibit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.exhibits_exhibitdigest
    ADD CONSTRAINT exhibits_exhibitdigest_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.exhibits_exhibithash
    ADD CONSTRAINT exhibits_exhibithash_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.exhibits_exhibitscheme
    ADD CONSTRAINT exhibits_exhibitscheme_agency_id_key UNIQUE (agency_id);
ALTER TABLE ONLY public.exhibits_exhibitscheme
    ADD CONSTRAINT exhibits_exhibitscheme_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.exhibits_hashimport
    ADD CONSTRAINT exhibits_hashimport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.exhibits_hashlayout
    ADD CONSTRAINT exhibits_hashlayout_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attribution_expirynotice
    ADD CONSTRAINT expirynotice_once UNIQUE (report_id, agency_id, threshold_days);
ALTER TABLE ONLY public.operations_fact
    ADD CONSTRAINT fact_once UNIQUE (report_id, operation_id);
ALTER TABLE ONLY public.federation_below
    ADD CONSTRAINT federation_below_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.federation_incoming
    ADD CONSTRAINT federation_incoming_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.federation_link
    ADD CONSTRAINT federation_link_pkey PRIMARY KEY (peer_id);
ALTER TABLE ONLY public.federation_nonce
    ADD CONSTRAINT federation_nonce_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.federation_outgoing
    ADD CONSTRAINT federation_outgoing_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.doors_feedback
    ADD CONSTRAINT feedback_position_once UNIQUE (reporter_id, "position");
ALTER TABLE ONLY public.reports_reportedfile
    ADD CONSTRAINT file_wire_id_once UNIQUE (wire_id);
ALTER TABLE ONLY public.matching_filehash
    ADD CONSTRAINT filehash_once UNIQUE (file_id, value_id);
ALTER TABLE ONLY public.hash_lists_foundhash
    ADD CONSTRAINT foundhash_once UNIQUE (finding_id, algorithm, value);
ALTER TABLE ONLY public.operations_goal
    ADD CONSTRAINT goal_once UNIQUE (operation_id, figure);
ALTER TABLE ONLY public.hash_lists_edition
    ADD CONSTRAINT hash_lists_edition_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.hash_lists_entry
    ADD CONSTRAINT hash_lists_entry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.hash_lists_finding
    ADD CONSTRAINT hash_lists_finding_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.hash_lists_foundhash
    ADD CONSTRAINT hash_lists_foundhash_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.hash_lists_hashlist
    ADD CONSTRAINT hash_lists_hashlist_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.hash_lists_moment
    ADD CONSTRAINT hash_lists_moment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.hash_lists_subscriber
    ADD CONSTRAINT hash_lists_subscriber_key_hash_key UNIQUE (key_hash);
ALTER TABLE ONLY public.hash_lists_subscriber
    ADD CONSTRAINT hash_lists_subscriber_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.hash_lists_entry
    ADD CONSTRAINT hashentry_once UNIQUE (hash_list_id, algorithm, value);
ALTER TABLE ONLY public.hash_lists_entry
    ADD CONSTRAINT hashentry_position_once UNIQUE (hash_list_id, "position");
ALTER TABLE ONLY public.exhibits_hashimport
    ADD CONSTRAINT hashimport_file_once UNIQUE (exhibit_id, sha256);
ALTER TABLE ONLY public.exhibits_hashlayout
    ADD CONSTRAINT hashlayout_name_once UNIQUE (agency_id, name);
ALTER TABLE ONLY public.hash_lists_hashlist
    ADD CONSTRAINT hashlist_name_once UNIQUE (agency_id, name);
ALTER TABLE ONLY public.matching_hashvalue
    ADD CONSTRAINT hashvalue_once UNIQUE (value, algorithm);
ALTER TABLE ONLY public.matching_hashvalue
    ADD CONSTRAINT hashvalue_position_once UNIQUE ("position");
ALTER TABLE ONLY public.training_attempts_hinttaken
    ADD CONSTRAINT hint_taken_once UNIQUE (attempt_id, task, hint);
ALTER TABLE ONLY public.reports_holding
    ADD CONSTRAINT holding_once UNIQUE (report_id, agency_id);
ALTER TABLE ONLY public.federation_incoming
    ADD CONSTRAINT incoming_once UNIQUE (peer_id, number);
ALTER TABLE ONLY public.training_courses_instructor
    ADD CONSTRAINT instructor_once UNIQUE (course_id, user_id);
ALTER TABLE ONLY public.doors_judgement
    ADD CONSTRAINT judgement_once UNIQUE (report_id, source);
ALTER TABLE ONLY public.agencies_jurisdiction
    ADD CONSTRAINT jurisdiction_once_per_agency UNIQUE (agency_id, country, state, district);
ALTER TABLE ONLY public.matching_knownhash
    ADD CONSTRAINT knownhash_once UNIQUE (known_list_id, value_id);
ALTER TABLE ONLY public.matching_knownlist
    ADD CONSTRAINT knownlist_name_once UNIQUE (name);
ALTER TABLE ONLY public.leads_stepmark
    ADD CONSTRAINT leads_stepmark_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.letters_letter
    ADD CONSTRAINT letter_number_once UNIQUE (case_id, number);
ALTER TABLE ONLY public.letters_letter
    ADD CONSTRAINT letters_letter_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.letters_letterversion
    ADD CONSTRAINT letters_letterversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.letters_letterversion
    ADD CONSTRAINT letterversion_number_once UNIQUE (letter_id, number);
ALTER TABLE ONLY public.linking_cluster
    ADD CONSTRAINT linking_cluster_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.linking_clusterchange
    ADD CONSTRAINT linking_clusterchange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.linking_compared
    ADD CONSTRAINT linking_compared_pkey PRIMARY KEY (report_id);
ALTER TABLE ONLY public.linking_cut
    ADD CONSTRAINT linking_cut_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.linking_edge
    ADD CONSTRAINT linking_edge_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.linking_hub
    ADD CONSTRAINT linking_hub_pkey PRIMARY KEY (identifier_id);
ALTER TABLE ONLY public.linking_member
    ADD CONSTRAINT linking_member_pkey PRIMARY KEY (report_id);
ALTER TABLE ONLY public.linking_suggestion
    ADD CONSTRAINT linking_suggestion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.linking_tie
    ADD CONSTRAINT linking_tie_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.matching_match
    ADD CONSTRAINT match_once UNIQUE (file_id, known_id);
ALTER TABLE ONLY public.matching_filehash
    ADD CONSTRAINT matching_filehash_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.matching_hashvalue
    ADD CONSTRAINT matching_hashvalue_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.matching_knownhash
    ADD CONSTRAINT matching_knownhash_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.matching_knownlist
    ADD CONSTRAINT matching_knownlist_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.matching_match
    ADD CONSTRAINT matching_match_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.matching_nearvalue
    ADD CONSTRAINT matching_nearvalue_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_membership
    ADD CONSTRAINT membership_case_once UNIQUE (operation_id, case_id);
ALTER TABLE ONLY public.operations_membership
    ADD CONSTRAINT membership_report_once UNIQUE (operation_id, report_id);
ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.hash_lists_moment
    ADD CONSTRAINT moment_once UNIQUE (hash_list_id, at);
ALTER TABLE ONLY public.hash_lists_moment
    ADD CONSTRAINT moment_position_once UNIQUE (hash_list_id, up_to);
ALTER TABLE ONLY public.matching_nearvalue
    ADD CONSTRAINT nearvalue_once UNIQUE (low_id, high_id);
ALTER TABLE ONLY public.audit_node
    ADD CONSTRAINT node_once UNIQUE (level, index);
ALTER TABLE ONLY public.federation_nonce
    ADD CONSTRAINT nonce_once UNIQUE (peer_id, nonce);
ALTER TABLE ONLY public.cases_numbercounter
    ADD CONSTRAINT numbercounter_once UNIQUE (agency_id, year);
ALTER TABLE ONLY public.operations_actionday
    ADD CONSTRAINT operations_actionday_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_boardentry
    ADD CONSTRAINT operations_boardentry_corrects_id_key UNIQUE (corrects_id);
ALTER TABLE ONLY public.operations_boardentry
    ADD CONSTRAINT operations_boardentry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_changed
    ADD CONSTRAINT operations_changed_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_closing
    ADD CONSTRAINT operations_closing_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_districttask
    ADD CONSTRAINT operations_districttask_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_fact
    ADD CONSTRAINT operations_fact_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_goal
    ADD CONSTRAINT operations_goal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_membership
    ADD CONSTRAINT operations_membership_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_operation
    ADD CONSTRAINT operations_operation_code_key UNIQUE (code);
ALTER TABLE ONLY public.operations_operation
    ADD CONSTRAINT operations_operation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_operationagency
    ADD CONSTRAINT operations_operationagency_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_operationmember
    ADD CONSTRAINT operations_operationmember_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_operationtask
    ADD CONSTRAINT operations_operationtask_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_phase
    ADD CONSTRAINT operations_phase_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_rule
    ADD CONSTRAINT operations_rule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_tally
    ADD CONSTRAINT operations_tally_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.outcomes_outcome
    ADD CONSTRAINT outcomes_outcome_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.outcomes_reminder
    ADD CONSTRAINT outcomes_reminder_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.outcomes_reportoutcome
    ADD CONSTRAINT outcomes_reportoutcome_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.agencies_oversight
    ADD CONSTRAINT oversight_once UNIQUE (overseer_id, overseen_id);
ALTER TABLE ONLY public.packages_refusedpackage
    ADD CONSTRAINT packages_refusedpackage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.packages_sealedrelease
    ADD CONSTRAINT packages_sealedrelease_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.packages_senthop
    ADD CONSTRAINT packages_senthop_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.packages_sentpackage
    ADD CONSTRAINT packages_sentpackage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.packages_sentpackage
    ADD CONSTRAINT packages_sentpackage_uid_key UNIQUE (uid);
ALTER TABLE ONLY public.packages_takenpackage
    ADD CONSTRAINT packages_takenpackage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.packages_takenpackage
    ADD CONSTRAINT packages_takenpackage_uid_key UNIQUE (uid);
ALTER TABLE ONLY public.packages_takenreturn
    ADD CONSTRAINT packages_takenreturn_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.packages_takenreturn
    ADD CONSTRAINT packages_takenreturn_uid_key UNIQUE (uid);
ALTER TABLE ONLY public.training_courses_paper
    ADD CONSTRAINT paper_once UNIQUE (enrolment_id, moment);
ALTER TABLE ONLY public.parties_linkalert
    ADD CONSTRAINT parties_linkalert_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.parties_ownname
    ADD CONSTRAINT parties_ownname_pkey PRIMARY KEY (one);
ALTER TABLE ONLY public.parties_peer
    ADD CONSTRAINT parties_peer_name_key UNIQUE (name);
ALTER TABLE ONLY public.parties_peer
    ADD CONSTRAINT parties_peer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.parties_peerkey
    ADD CONSTRAINT parties_peerkey_key_key UNIQUE (key);
ALTER TABLE ONLY public.parties_peerkey
    ADD CONSTRAINT parties_peerkey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.parties_remotedesk
    ADD CONSTRAINT parties_remotedesk_pkey PRIMARY KEY (agency_id);
ALTER TABLE ONLY public.reports_person
    ADD CONSTRAINT person_once UNIQUE (report_id, "position");
ALTER TABLE ONLY public.operations_phase
    ADD CONSTRAINT phase_name_once UNIQUE (operation_id, name);
ALTER TABLE ONLY public.pipeline_quarantine
    ADD CONSTRAINT pipeline_quarantine_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pipeline_stagerun
    ADD CONSTRAINT pipeline_stagerun_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.process_platformdirectory
    ADD CONSTRAINT process_platformdirectory_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.process_request
    ADD CONSTRAINT process_request_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.process_requestalert
    ADD CONSTRAINT process_requestalert_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.process_requestevent
    ADD CONSTRAINT process_requestevent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.process_requestitem
    ADD CONSTRAINT process_requestitem_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);
ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases_proposalevidence
    ADD CONSTRAINT proposalevidence_once UNIQUE (proposal_id, evidence_id);
ALTER TABLE ONLY public.doors_providerday
    ADD CONSTRAINT provider_day_once UNIQUE (reporter_id, day);
ALTER TABLE ONLY public.public_form_message
    ADD CONSTRAINT public_form_message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.public_form_publiccontact
    ADD CONSTRAINT public_form_publiccontact_pkey PRIMARY KEY (report_id);
ALTER TABLE ONLY public.public_form_publicreport
    ADD CONSTRAINT public_form_publicreport_code_hash_key UNIQUE (code_hash);
ALTER TABLE ONLY public.public_form_publicreport
    ADD CONSTRAINT public_form_publicreport_pkey PRIMARY KEY (report_id);
ALTER TABLE ONLY public.publishing_publishedfile
    ADD CONSTRAINT published_file_once_a_release UNIQUE (transparency_id, name);
ALTER TABLE ONLY public.publishing_publishedfile
    ADD CONSTRAINT published_file_once_a_report UNIQUE (scheduled_id, name);
ALTER TABLE ONLY public.publishing_draw
    ADD CONSTRAINT publishing_draw_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.publishing_publishedfile
    ADD CONSTRAINT publishing_publishedfile_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.publishing_schedule
    ADD CONSTRAINT publishing_schedule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.publishing_scheduledreport
    ADD CONSTRAINT publishing_scheduledreport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.publishing_transparency
    ADD CONSTRAINT publishing_transparency_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.records_hoporigin
    ADD CONSTRAINT records_hoporigin_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.records_hoporigin
    ADD CONSTRAINT records_hoporigin_referral_id_key UNIQUE (referral_id);
ALTER TABLE ONLY public.records_hoporigin
    ADD CONSTRAINT records_hoporigin_uid_key UNIQUE (uid);
ALTER TABLE ONLY public.records_reportorigin
    ADD CONSTRAINT records_reportorigin_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.records_reportorigin
    ADD CONSTRAINT records_reportorigin_report_id_key UNIQUE (report_id);
ALTER TABLE ONLY public.records_reportorigin
    ADD CONSTRAINT records_reportorigin_uid_key UNIQUE (uid);
ALTER TABLE ONLY public.referrals_deskrow
    ADD CONSTRAINT referrals_deskrow_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referrals_duenotice
    ADD CONSTRAINT referrals_duenotice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referrals_referralevent
    ADD CONSTRAINT referrals_referralevent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referrals_standingrule
    ADD CONSTRAINT referrals_standingrule_agency_id_key UNIQUE (agency_id);
ALTER TABLE ONLY public.referrals_standingrule
    ADD CONSTRAINT referrals_standingrule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referrals_waiting
    ADD CONSTRAINT referrals_waiting_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referrals_waiting
    ADD CONSTRAINT referrals_waiting_report_id_key UNIQUE (report_id);
ALTER TABLE ONLY public.replies_reply
    ADD CONSTRAINT replies_reply_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.replies_replyfile
    ADD CONSTRAINT replies_replyfile_pkey PRIMARY KEY (reply_id);
ALTER TABLE ONLY public.replies_replyfinding
    ADD CONSTRAINT replies_replyfinding_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.replies_replymapping
    ADD CONSTRAINT replies_replymapping_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.replies_replyrow
    ADD CONSTRAINT replies_replyrow_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.replies_reply
    ADD CONSTRAINT reply_file_once UNIQUE (case_id, sha256);
ALTER TABLE ONLY public.replies_reply
    ADD CONSTRAINT reply_number_once UNIQUE (case_id, number);
ALTER TABLE ONLY public.replies_replyfinding
    ADD CONSTRAINT replyfinding_once UNIQUE (reply_id, sighting_id);
ALTER TABLE ONLY public.replies_replymapping
    ADD CONSTRAINT replymapping_once UNIQUE (agency_id, fingerprint, version);
ALTER TABLE ONLY public.outcomes_reportoutcome
    ADD CONSTRAINT reportoutcome_once UNIQUE (report_id, outcome_id);
ALTER TABLE ONLY public.reports_document
    ADD CONSTRAINT reports_document_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reports_holding
    ADD CONSTRAINT reports_holding_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reports_identifier
    ADD CONSTRAINT reports_identifier_digest_key UNIQUE (digest);
ALTER TABLE ONLY public.reports_identifier
    ADD CONSTRAINT reports_identifier_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reports_person
    ADD CONSTRAINT reports_person_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reports_report
    ADD CONSTRAINT reports_report_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reports_reportedfile
    ADD CONSTRAINT reports_reportedfile_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reports_sighting
    ADD CONSTRAINT reports_sighting_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reports_unmasking
    ADD CONSTRAINT reports_unmasking_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reports_unmaskingend
    ADD CONSTRAINT reports_unmaskingend_pkey PRIMARY KEY (unmasking_id);
ALTER TABLE ONLY public.reports_unmaskingreview
    ADD CONSTRAINT reports_unmaskingreview_pkey PRIMARY KEY (unmasking_id);
ALTER TABLE ONLY public.process_request
    ADD CONSTRAINT request_number_once UNIQUE (case_id, number);
ALTER TABLE ONLY public.process_requestalert
    ADD CONSTRAINT requestalert_once UNIQUE (request_id, kind, step, due_at);
ALTER TABLE ONLY public.process_requestitem
    ADD CONSTRAINT requestitem_once UNIQUE NULLS NOT DISTINCT (request_id, identifier_id, sighting_id);
ALTER TABLE ONLY public.retention_agreed
    ADD CONSTRAINT retention_agreed_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.retention_agreed
    ADD CONSTRAINT retention_agreed_referral_id_key UNIQUE (referral_id);
ALTER TABLE ONLY public.retention_certificate
    ADD CONSTRAINT retention_certificate_destruction_id_key UNIQUE (destruction_id);
ALTER TABLE ONLY public.retention_certificate
    ADD CONSTRAINT retention_certificate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.retention_destruction
    ADD CONSTRAINT retention_destruction_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.retention_destructionitem
    ADD CONSTRAINT retention_destructionitem_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.retention_hold
    ADD CONSTRAINT retention_hold_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.retention_schedule
    ADD CONSTRAINT retention_schedule_agency_id_key UNIQUE (agency_id);
ALTER TABLE ONLY public.retention_schedule
    ADD CONSTRAINT retention_schedule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_decision
    ADD CONSTRAINT routing_decision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_decision
    ADD CONSTRAINT routing_decision_report_id_key UNIQUE (report_id);
ALTER TABLE ONLY public.routing_decisiondesk
    ADD CONSTRAINT routing_decisiondesk_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_reroute
    ADD CONSTRAINT routing_reroute_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_rulepreview
    ADD CONSTRAINT routing_rulepreview_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_rulesample
    ADD CONSTRAINT routing_rulesample_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_ruleset
    ADD CONSTRAINT routing_ruleset_number_key UNIQUE (number);
ALTER TABLE ONLY public.routing_ruleset
    ADD CONSTRAINT routing_ruleset_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_attempts_kept
    ADD CONSTRAINT row_kept_once UNIQUE (attempt_id, "row");
ALTER TABLE ONLY public.routing_rulesample
    ADD CONSTRAINT rulesample_name_once UNIQUE NULLS NOT DISTINCT (agency_id, name);
ALTER TABLE ONLY public.safeguarding_child
    ADD CONSTRAINT safeguarding_child_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.safeguarding_childnote
    ADD CONSTRAINT safeguarding_childnote_corrects_id_key UNIQUE (corrects_id);
ALTER TABLE ONLY public.safeguarding_childnote
    ADD CONSTRAINT safeguarding_childnote_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.safeguarding_preference
    ADD CONSTRAINT safeguarding_preference_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.safeguarding_step
    ADD CONSTRAINT safeguarding_step_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.safeguarding_step
    ADD CONSTRAINT safeguarding_step_withdraws_id_key UNIQUE (withdraws_id);
ALTER TABLE ONLY public.safeguarding_supportanswer
    ADD CONSTRAINT safeguarding_supportanswer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.safeguarding_supportreferral
    ADD CONSTRAINT safeguarding_supportreferral_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sandbox_sandboxfile
    ADD CONSTRAINT sandbox_sandboxfile_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sandbox_sandboxfile
    ADD CONSTRAINT sandbox_sandboxfile_wire_id_key UNIQUE (wire_id);
ALTER TABLE ONLY public.sandbox_sandboxreport
    ADD CONSTRAINT sandbox_sandboxreport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.publishing_scheduledreport
    ADD CONSTRAINT scheduled_report_once UNIQUE (schedule_id, first_day);
ALTER TABLE ONLY public.triage_score
    ADD CONSTRAINT score_once UNIQUE (report_id, kind);
ALTER TABLE ONLY public.packages_senthop
    ADD CONSTRAINT senthop_once UNIQUE (package_id, referral_id);
ALTER TABLE ONLY public.reports_sighting
    ADD CONSTRAINT sighting_once UNIQUE (report_id, "position");
ALTER TABLE ONLY public.socialaccount_socialaccount
    ADD CONSTRAINT socialaccount_socialaccount_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.socialaccount_socialaccount
    ADD CONSTRAINT socialaccount_socialaccount_provider_uid_fc810c6e_uniq UNIQUE (provider, uid);
ALTER TABLE ONLY public.socialaccount_socialapp
    ADD CONSTRAINT socialaccount_socialapp_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_socialtoken_app_id_account_id_fca4e0ac_uniq UNIQUE (app_id, account_id);
ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_socialtoken_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attribution_sourcepart
    ADD CONSTRAINT sourcepart_number UNIQUE (source_id, number);
ALTER TABLE ONLY public.pipeline_stagerun
    ADD CONSTRAINT stagerun_once UNIQUE (report_id, report_version, stage, stage_version);
ALTER TABLE ONLY public.statistics_cell
    ADD CONSTRAINT statistics_cell_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.statistics_fact
    ADD CONSTRAINT statistics_fact_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.statistics_kept
    ADD CONSTRAINT statistics_kept_pkey PRIMARY KEY (one);
ALTER TABLE ONLY public.statistics_requestfact
    ADD CONSTRAINT statistics_requestfact_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.statistics_snapshot
    ADD CONSTRAINT statistics_snapshot_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.statistics_stale
    ADD CONSTRAINT statistics_stale_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.statistics_tally
    ADD CONSTRAINT statistics_tally_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.linking_suggestion
    ADD CONSTRAINT suggestion_once UNIQUE (low_id, high_id);
ALTER TABLE ONLY public.operations_tally
    ADD CONSTRAINT tally_once UNIQUE (operation_id, holders, referred, accepted);
ALTER TABLE ONLY public.statistics_tally
    ADD CONSTRAINT tally_one UNIQUE (agency_id, cut, month, key, name);
ALTER TABLE ONLY public.training_attempts_answer
    ADD CONSTRAINT training_attempts_answer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_attempts_attempt
    ADD CONSTRAINT training_attempts_attempt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_attempts_event
    ADD CONSTRAINT training_attempts_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_attempts_expected
    ADD CONSTRAINT training_attempts_expected_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_attempts_hinttaken
    ADD CONSTRAINT training_attempts_hinttaken_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_attempts_kept
    ADD CONSTRAINT training_attempts_kept_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_attempts_keptworld
    ADD CONSTRAINT training_attempts_keptworld_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_attempts_review
    ADD CONSTRAINT training_attempts_review_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_courses_attendance
    ADD CONSTRAINT training_courses_attendance_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_courses_certificate
    ADD CONSTRAINT training_courses_certificate_number_key UNIQUE (number);
ALTER TABLE ONLY public.training_courses_certificate
    ADD CONSTRAINT training_courses_certificate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_courses_course
    ADD CONSTRAINT training_courses_course_code_key UNIQUE (code);
ALTER TABLE ONLY public.training_courses_course
    ADD CONSTRAINT training_courses_course_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_courses_enrolment
    ADD CONSTRAINT training_courses_enrolment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_courses_entrycode
    ADD CONSTRAINT training_courses_entrycode_digest_key UNIQUE (digest);
ALTER TABLE ONLY public.training_courses_entrycode
    ADD CONSTRAINT training_courses_entrycode_enrolment_id_key UNIQUE (enrolment_id);
ALTER TABLE ONLY public.training_courses_entrycode
    ADD CONSTRAINT training_courses_entrycode_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_courses_exercise
    ADD CONSTRAINT training_courses_exercise_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_courses_instructor
    ADD CONSTRAINT training_courses_instructor_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_courses_paper
    ADD CONSTRAINT training_courses_paper_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_courses_session
    ADD CONSTRAINT training_courses_session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_courses_trainee
    ADD CONSTRAINT training_courses_trainee_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_courses_trainee
    ADD CONSTRAINT training_courses_trainee_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.training_desk_desk
    ADD CONSTRAINT training_desk_desk_agency_id_key UNIQUE (agency_id);
ALTER TABLE ONLY public.training_desk_desk
    ADD CONSTRAINT training_desk_desk_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_stamp
    ADD CONSTRAINT training_stamp_pkey PRIMARY KEY (one);
ALTER TABLE ONLY public.triage_score
    ADD CONSTRAINT triage_score_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_tries
    ADD CONSTRAINT tries_once UNIQUE (kind, key);
ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_session_key_key UNIQUE (session_key);
ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT webhooks_delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.webhooks_subscription
    ADD CONSTRAINT webhooks_subscription_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_attempts_keptworld
    ADD CONSTRAINT world_kept_once UNIQUE (seed, digest);
CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);
CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);
CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);
CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);
CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);
CREATE INDEX accounts_apitoken_person_id_3956e466 ON public.accounts_apitoken USING btree (person_id);
CREATE INDEX accounts_apitoken_token_hash_32b482d2_like ON public.accounts_apitoken USING btree (token_hash varchar_pattern_ops);
CREATE INDEX accounts_reporter_agency_id_06739d7c ON public.accounts_reporter USING btree (agency_id);
CREATE INDEX accounts_reporter_username_3ecd35e2_like ON public.accounts_reporter USING btree (username varchar_pattern_ops);
CREATE INDEX accounts_reportercredential_reporter_id_bbd3b7f9 ON public.accounts_reportercredential USING btree (reporter_id);
CREATE INDEX accounts_user_agency_id_ba328885 ON public.accounts_user USING btree (agency_id);
CREATE INDEX accounts_user_email_b2644a56_like ON public.accounts_user USING btree (email varchar_pattern_ops);
CREATE INDEX addressrange_network ON public.attribution_addressrange USING gist (network inet_ops);
CREATE INDEX agencies_agency_code_6a7194fc_like ON public.agencies_agency USING btree (code varchar_pattern_ops);
CREATE INDEX agencies_agency_parent_id_2087cd0c ON public.agencies_agency USING btree (parent_id);
CREATE INDEX agencies_agreement_from_agency_id_d5466123 ON public.agencies_agreement USING btree (from_agency_id);
CREATE INDEX agencies_agreement_to_agency_id_0eb6c36f ON public.agencies_agreement USING btree (to_agency_id);
CREATE INDEX agencies_deskcalendar_deputy_id_6eac694b ON public.agencies_deskcalendar USING btree (deputy_id);
CREATE INDEX agencies_deskcalendar_duty_desk_id_2ab72129 ON public.agencies_deskcalendar USING btree (duty_desk_id);
CREATE INDEX agencies_jurisdiction_agency_id_b3b80961 ON public.agencies_jurisdiction USING btree (agency_id);
CREATE INDEX agencies_oversight_overseen_id_5844cee0 ON public.agencies_oversight USING btree (overseen_id);
CREATE INDEX agencies_oversight_overseer_id_0cf31345 ON public.agencies_oversight USING btree (overseer_id);
CREATE INDEX agreed_due ON public.retention_agreed USING btree (to_agency_id, due_at) WHERE ((destroyed_at IS NULL) AND (due_at IS NOT NULL));
CREATE INDEX agreed_of_report ON public.retention_agreed USING btree (report_id);
CREATE UNIQUE INDEX agreement_one_open ON public.agencies_agreement USING btree (from_agency_id, to_agency_id) WHERE (until IS NULL);
CREATE INDEX agreementproposal_of_two ON public.agencies_agreementproposal USING btree (from_agency_id, to_agency_id, id);
CREATE UNIQUE INDEX agreementproposal_one_open ON public.agencies_agreementproposal USING btree (from_agency_id, to_agency_id) WHERE ((verdict)::text = 'open'::text);
CREATE INDEX alert_newest ON public.doors_alert USING btree (last_at DESC);
CREATE UNIQUE INDEX alert_open_once ON public.doors_alert USING btree (reporter_id, kind, subject) WHERE (acknowledged_at IS NULL);
CREATE INDEX answered_age ON public.api_answered USING btree (at);
CREATE INDEX api_answered_token_id_8db0fe94 ON public.api_answered USING btree (token_id);
CREATE UNIQUE INDEX attempt_once_a_team ON public.training_attempts_attempt USING btree (exercise_id, team) WHERE (NOT ((team)::text = ''::text));
CREATE UNIQUE INDEX attempt_once_each ON public.training_attempts_attempt USING btree (exercise_id, enrolment_id) WHERE (enrolment_id IS NOT NULL);
CREATE INDEX attribution_addressrange_source_id_806b0571 ON public.attribution_addressrange USING btree (source_id);
CREATE INDEX attribution_attribution_report_id_2e217b84 ON public.attribution_attribution USING btree (report_id);
CREATE INDEX attribution_earlieranswer_report_id_5dccf266 ON public.attribution_earlieranswer USING btree (report_id);
CREATE INDEX attribution_earlieranswer_sighting_id_7b53fa44 ON public.attribution_earlieranswer USING btree (sighting_id);
CREATE INDEX attribution_preservationnote_agency_id_02140f76 ON public.attribution_preservationnote USING btree (agency_id);
CREATE INDEX attribution_preservationnote_person_id_278c2d66 ON public.attribution_preservationnote USING btree (person_id);
CREATE INDEX attribution_report ON public.attribution_attribution USING btree (report_id);
CREATE INDEX attribution_sourcepart_source_id_c568c15d ON public.attribution_sourcepart USING btree (source_id);
CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);
CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);
CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);
CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);
CREATE INDEX boardentry_of_day ON public.operations_boardentry USING btree (day_id, agency_id, id);
CREATE INDEX call_newest ON public.doors_doorcall USING btree (reporter_id, sandbox, id DESC);
CREATE INDEX call_run ON public.doors_doorcall USING btree (reporter_id, run) WHERE (NOT ((run)::text = ''::text));
CREATE INDEX case_of_agency ON public.cases_case USING btree (agency_id, opened_at DESC);
CREATE UNIQUE INDEX caseassignment_once_at_a_time ON public.cases_caseassignment USING btree (case_id, person_id) WHERE (ended_at IS NULL);
CREATE INDEX caseending_case ON public.cases_caseending USING btree (case_id, id);
CREATE UNIQUE INDEX caselink_once ON public.cases_caselink USING btree (case_id, other_id, kind) WHERE (ended_at IS NULL);
CREATE INDEX caselink_other ON public.cases_caselink USING btree (other_id);
CREATE INDEX caseperson_case ON public.cases_caseperson USING btree (case_id, id);
CREATE INDEX cases_case_agency_id_062136fa ON public.cases_case USING btree (agency_id);
CREATE INDEX cases_case_investigating_officer_id_15098106 ON public.cases_case USING btree (investigating_officer_id);
CREATE INDEX cases_case_opened_by_id_ed5328b2 ON public.cases_case USING btree (opened_by_id);
CREATE INDEX cases_caseassignment_agency_id_b204672c ON public.cases_caseassignment USING btree (agency_id);
CREATE INDEX cases_caseassignment_case_id_ae8d8ca1 ON public.cases_caseassignment USING btree (case_id);
CREATE INDEX cases_caseassignment_person_id_39944e10 ON public.cases_caseassignment USING btree (person_id);
CREATE INDEX cases_caseending_by_id_744431ae ON public.cases_caseending USING btree (by_id);
CREATE INDEX cases_caseending_case_id_31f81bf0 ON public.cases_caseending USING btree (case_id);
CREATE INDEX cases_casehandle_case_id_2de9e250 ON public.cases_casehandle USING btree (case_id);
CREATE INDEX cases_casehandle_identifier_id_d5ee8dbc ON public.cases_casehandle USING btree (identifier_id);
CREATE INDEX cases_casehandle_report_id_8806792c ON public.cases_casehandle USING btree (report_id);
CREATE INDEX cases_caselink_case_agency_id_0642ebbd ON public.cases_caselink USING btree (case_agency_id);
CREATE INDEX cases_caselink_case_id_d380f93b ON public.cases_caselink USING btree (case_id);
CREATE INDEX cases_caselink_ended_by_id_87da1a04 ON public.cases_caselink USING btree (ended_by_id);
CREATE INDEX cases_caselink_made_by_id_123695e0 ON public.cases_caselink USING btree (made_by_id);
CREATE INDEX cases_caselink_other_agency_id_7b9ea565 ON public.cases_caselink USING btree (other_agency_id);
CREATE INDEX cases_caselink_other_id_e6b4d578 ON public.cases_caselink USING btree (other_id);
CREATE INDEX cases_caseoffence_case_id_03b16574 ON public.cases_caseoffence USING btree (case_id);
CREATE INDEX cases_caseperson_added_by_id_2b4e315c ON public.cases_caseperson USING btree (added_by_id);
CREATE INDEX cases_caseperson_case_id_f97e1a77 ON public.cases_caseperson USING btree (case_id);
CREATE INDEX cases_caseperson_rests_on_id_8f90bcef ON public.cases_caseperson USING btree (rests_on_id);
CREATE INDEX cases_casereport_case_id_68166209 ON public.cases_casereport USING btree (case_id);
CREATE INDEX cases_casetask_added_by_id_1613e772 ON public.cases_casetask USING btree (added_by_id);
CREATE INDEX cases_casetask_assignee_id_1c4e77f5 ON public.cases_casetask USING btree (assignee_id);
CREATE INDEX cases_casetask_case_id_bf00219b ON public.cases_casetask USING btree (case_id);
CREATE INDEX cases_casetask_state_by_id_cb472b1a ON public.cases_casetask USING btree (state_by_id);
CREATE INDEX cases_casetransfer_case_id_f0843ff1 ON public.cases_casetransfer USING btree (case_id);
CREATE INDEX cases_casetransfer_decided_by_id_ddeb2ae3 ON public.cases_casetransfer USING btree (decided_by_id);
CREATE INDEX cases_casetransfer_from_agency_id_32fa5342 ON public.cases_casetransfer USING btree (from_agency_id);
CREATE INDEX cases_casetransfer_offered_by_id_4a84f2ba ON public.cases_casetransfer USING btree (offered_by_id);
CREATE INDEX cases_casetransfer_to_agency_id_b585194a ON public.cases_casetransfer USING btree (to_agency_id);
CREATE INDEX cases_diaryentry_author_id_6b4b8363 ON public.cases_diaryentry USING btree (author_id);
CREATE INDEX cases_diaryentry_case_id_db0fbb84 ON public.cases_diaryentry USING btree (case_id);
CREATE INDEX cases_firentry_by_id_f469b253 ON public.cases_firentry USING btree (by_id);
CREATE INDEX cases_firentry_case_id_de323d22 ON public.cases_firentry USING btree (case_id);
CREATE INDEX cases_numbercounter_agency_id_d1f03625 ON public.cases_numbercounter USING btree (agency_id);
CREATE INDEX cases_offenceact_by_id_ddc9be2e ON public.cases_offenceact USING btree (by_id);
CREATE INDEX cases_offenceact_case_id_9ec0eb6f ON public.cases_offenceact USING btree (case_id);
CREATE INDEX cases_officerchange_by_id_b9c9ab73 ON public.cases_officerchange USING btree (by_id);
CREATE INDEX cases_officerchange_case_id_b41be65b ON public.cases_officerchange USING btree (case_id);
CREATE INDEX cases_officerchange_officer_id_06ad3c35 ON public.cases_officerchange USING btree (officer_id);
CREATE INDEX cases_personevidence_added_by_id_a51b9aa2 ON public.cases_personevidence USING btree (added_by_id);
CREATE INDEX cases_personevidence_case_id_01b92246 ON public.cases_personevidence USING btree (case_id);
CREATE INDEX cases_personevidence_handle_id_b040a8d6 ON public.cases_personevidence USING btree (handle_id);
CREATE INDEX cases_personevidence_person_id_c2a0221b ON public.cases_personevidence USING btree (person_id);
CREATE INDEX cases_personevidence_withdrawn_by_id_50d1838a ON public.cases_personevidence USING btree (withdrawn_by_id);
CREATE INDEX cases_preliminaryenquiry_by_id_0738e765 ON public.cases_preliminaryenquiry USING btree (by_id);
CREATE INDEX cases_proposalevidence_case_id_b8b097cd ON public.cases_proposalevidence USING btree (case_id);
CREATE INDEX cases_proposalevidence_evidence_id_e1c9d227 ON public.cases_proposalevidence USING btree (evidence_id);
CREATE INDEX cases_proposalevidence_proposal_id_fabdbaf1 ON public.cases_proposalevidence USING btree (proposal_id);
CREATE INDEX cases_standingchange_by_id_b2f08175 ON public.cases_standingchange USING btree (by_id);
CREATE INDEX cases_standingchange_case_id_b32b9519 ON public.cases_standingchange USING btree (case_id);
CREATE INDEX cases_standingchange_person_id_5b659fd5 ON public.cases_standingchange USING btree (person_id);
CREATE INDEX cases_standingchange_proposal_id_06358199 ON public.cases_standingchange USING btree (proposal_id);
CREATE INDEX cases_standingproposal_case_id_7aa2b96d ON public.cases_standingproposal USING btree (case_id);
CREATE INDEX cases_standingproposal_decided_by_id_9950cea9 ON public.cases_standingproposal USING btree (decided_by_id);
CREATE INDEX cases_standingproposal_person_id_f9ef03c1 ON public.cases_standingproposal USING btree (person_id);
CREATE INDEX cases_standingproposal_proposed_by_id_77a3d114 ON public.cases_standingproposal USING btree (proposed_by_id);
CREATE INDEX casetask_case ON public.cases_casetask USING btree (case_id, state);
CREATE INDEX casetask_mine ON public.cases_casetask USING btree (assignee_id, due) WHERE ((state)::text = 'open'::text);
CREATE INDEX casetransfer_from ON public.cases_casetransfer USING btree (from_agency_id, id DESC);
CREATE UNIQUE INDEX casetransfer_one_open ON public.cases_casetransfer USING btree (case_id) WHERE ((state)::text = 'offered'::text);
CREATE INDEX casetransfer_to ON public.cases_casetransfer USING btree (to_agency_id, state);
CREATE UNIQUE INDEX certificate_one_valid ON public.training_courses_certificate USING btree (enrolment_id) WHERE (revoked_at IS NULL);
CREATE INDEX clock_of_case ON public.clocks_clock USING btree (case_id, due_at);
CREATE UNIQUE INDEX clock_runs_once ON public.clocks_clock USING btree (agency_id, case_id, report_id, clock_id, subject) NULLS NOT DISTINCT WHERE (ended_at IS NULL);
CREATE INDEX clock_wall ON public.clocks_clock USING btree (agency_id, due_at) WHERE (ended_at IS NULL);
CREATE INDEX clocks_clock_agency_id_44c73bcf ON public.clocks_clock USING btree (agency_id);
CREATE INDEX clocks_clock_case_id_a0afb2ab ON public.clocks_clock USING btree (case_id);
CREATE INDEX clocks_clock_report_id_c57df1d5 ON public.clocks_clock USING btree (report_id);
CREATE INDEX clocks_pause_clock_id_d5506a15 ON public.clocks_pause USING btree (clock_id);
CREATE INDEX clocks_pause_paused_by_id_176879ab ON public.clocks_pause USING btree (paused_by_id);
CREATE INDEX clocks_pause_resumed_by_id_151ce92e ON public.clocks_pause USING btree (resumed_by_id);
CREATE INDEX compared_keys ON public.linking_compared USING gin (keys);
CREATE INDEX compared_run ON public.linking_compared USING btree (stage_run DESC);
CREATE UNIQUE INDEX cut_once ON public.linking_cut USING btree (identifier_id, report_id) NULLS NOT DISTINCT WHERE (ended_at IS NULL);
CREATE INDEX cybertipline_refuseddocument_reporter_id_2b50463d ON public.cybertipline_refuseddocument USING btree (reporter_id);
CREATE INDEX decision_needs_person ON public.routing_decision USING btree (at) WHERE abstained;
CREATE UNIQUE INDEX decisiondesk_one_lead ON public.routing_decisiondesk USING btree (report_id) WHERE ((role)::text = 'lead'::text);
CREATE INDEX delivery_due ON public.webhooks_delivery USING btree (next_at) WHERE (delivered_at IS NULL);
CREATE INDEX delivery_of_subscription ON public.webhooks_delivery USING btree (subscription_id, id DESC);
CREATE UNIQUE INDEX desk_one_in_use ON public.training_desk_desk USING btree (seed) WHERE (ended_at IS NULL);
CREATE INDEX deskrow_all ON public.referrals_deskrow USING btree (agency_id, since DESC, report_id DESC);
CREATE INDEX deskrow_due ON public.referrals_deskrow USING btree (agency_id, pile, due_at, since, report_id);
CREATE INDEX deskrow_latest ON public.referrals_deskrow USING btree (agency_id, pile, since DESC, report_id DESC);
CREATE INDEX deskrow_logs ON public.referrals_deskrow USING btree (agency_id, pile, gone_at, since, report_id);
CREATE INDEX deskrow_priority ON public.referrals_deskrow USING btree (agency_id, pile, urgent DESC, priority DESC NULLS LAST, since, report_id);
CREATE INDEX destruction_of_agency ON public.retention_destruction USING btree (agency_id, id DESC);
CREATE INDEX destruction_unfinished ON public.retention_destruction USING btree (id) WHERE ((state)::text = ANY (ARRAY[('confirmed'::character varying)::text, ('begun'::character varying)::text]));
CREATE UNIQUE INDEX destructionitem_case_once ON public.retention_destructionitem USING btree (case_id) WHERE live;
CREATE UNIQUE INDEX destructionitem_report_once ON public.retention_destructionitem USING btree (report_id) WHERE live;
CREATE INDEX districttask_of_operation ON public.operations_districttask USING btree (operation_id, agency_id);
CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);
CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);
CREATE UNIQUE INDEX document_one_report_each ON public.reports_document USING btree (report_id) WHERE ((kind)::text = 'report'::text);
CREATE INDEX doors_alert_acknowledged_by_id_c95eb9df ON public.doors_alert USING btree (acknowledged_by_id);
CREATE INDEX doors_alert_reporter_id_0a75a0c0 ON public.doors_alert USING btree (reporter_id);
CREATE INDEX doors_doorcall_reporter_id_37d3d2b4 ON public.doors_doorcall USING btree (reporter_id);
CREATE INDEX doors_feedback_reporter_id_049b6c97 ON public.doors_feedback USING btree (reporter_id);
CREATE INDEX doors_providerday_reporter_id_8906ae2e ON public.doors_providerday USING btree (reporter_id);
CREATE INDEX duenotice_desk ON public.referrals_duenotice USING btree (agency_id, due_at) WHERE (ended_at IS NULL);
CREATE INDEX earlieranswer_report ON public.attribution_earlieranswer USING btree (report_id, replaced_at DESC);
CREATE INDEX entry_of_agency ON public.audit_entry USING btree (agency_id, id);
CREATE INDEX entry_of_object ON public.audit_entry USING btree (object_type, object_id, id);
CREATE INDEX entry_time ON public.audit_entry USING brin (at);
CREATE UNIQUE INDEX event_shared_once ON public.training_attempts_event USING btree (attempt_id, other_id, task) WHERE ((kind)::text = 'shared'::text);
CREATE UNIQUE INDEX exhibit_reported_file_once ON public.exhibits_exhibit USING btree (case_id, reported_file) WHERE (NOT ((reported_file)::text = ''::text));
CREATE INDEX exhibithash_value ON public.exhibits_exhibithash USING btree (value);
CREATE INDEX exhibits_custodyevent_case_id_49b8f2f0 ON public.exhibits_custodyevent USING btree (case_id);
CREATE INDEX exhibits_custodyevent_exhibit_id_f4ecb9e0 ON public.exhibits_custodyevent USING btree (exhibit_id);
CREATE INDEX exhibits_custodyevent_written_by_id_aa8bb329 ON public.exhibits_custodyevent USING btree (written_by_id);
CREATE INDEX exhibits_exhibit_added_by_id_4d4ff1f2 ON public.exhibits_exhibit USING btree (added_by_id);
CREATE INDEX exhibits_exhibit_case_id_e883bc36 ON public.exhibits_exhibit USING btree (case_id);
CREATE INDEX exhibits_exhibitdigest_case_id_9385d10d ON public.exhibits_exhibitdigest USING btree (case_id);
CREATE INDEX exhibits_exhibitdigest_exhibit_id_a1c41818 ON public.exhibits_exhibitdigest USING btree (exhibit_id);
CREATE INDEX exhibits_exhibitdigest_recorded_by_id_0ee5aa68 ON public.exhibits_exhibitdigest USING btree (recorded_by_id);
CREATE INDEX exhibits_exhibithash_exhibit_id_8593279b ON public.exhibits_exhibithash USING btree (exhibit_id);
CREATE INDEX exhibits_hashimport_case_id_9deebed5 ON public.exhibits_hashimport USING btree (case_id);
CREATE INDEX exhibits_hashimport_exhibit_id_121f8edc ON public.exhibits_hashimport USING btree (exhibit_id);
CREATE INDEX exhibits_hashimport_imported_by_id_a76bc451 ON public.exhibits_hashimport USING btree (imported_by_id);
CREATE INDEX exhibits_hashlayout_agency_id_0b8912e6 ON public.exhibits_hashlayout USING btree (agency_id);
CREATE INDEX exhibits_hashlayout_saved_by_id_6b03c484 ON public.exhibits_hashlayout USING btree (saved_by_id);
CREATE INDEX expected_by_digest ON public.training_attempts_expected USING btree (exercise_id, task, digest);
CREATE INDEX expirynotice_desk ON public.attribution_expirynotice USING btree (agency_id, likely_gone_at) WHERE (ended_at IS NULL);
CREATE INDEX fact_arrived ON public.statistics_fact USING btree (arrived_at) WHERE (known_until IS NULL);
CREATE INDEX fact_closed ON public.statistics_fact USING btree (known_until) WHERE (known_until IS NOT NULL);
CREATE INDEX fact_logs_gone ON public.statistics_fact USING btree (logs_gone_at) WHERE (known_until IS NULL);
CREATE INDEX fact_of_agency ON public.statistics_fact USING btree (agency_id, month);
CREATE INDEX fact_of_case ON public.statistics_fact USING btree (case_id) WHERE ((case_id IS NOT NULL) AND (known_until IS NULL));
CREATE UNIQUE INDEX fact_one_stands ON public.statistics_fact USING btree (report_id, agency_id) WHERE (known_until IS NULL);
CREATE INDEX fact_page ON public.operations_fact USING btree (operation_id, report_id DESC);
CREATE INDEX federation_below_report_id_06227fd5 ON public.federation_below USING btree (report_id);
CREATE INDEX federation_incoming_report_id_64200178 ON public.federation_incoming USING btree (report_id);
CREATE INDEX feedback_by_month ON public.doors_feedback USING btree (reporter_id, day, useful);
CREATE INDEX file_md5 ON public.reports_reportedfile USING btree (md5);
CREATE UNIQUE INDEX file_seal_once ON public.reports_reportedfile USING btree (storage_key) WHERE (NOT ((storage_key)::text = ''::text));
CREATE INDEX file_sha256 ON public.reports_reportedfile USING btree (sha256);
CREATE INDEX filehash_value ON public.matching_filehash USING btree (value_id, report_id);
CREATE INDEX finding_of_agency ON public.hash_lists_finding USING btree (agency_id, id DESC);
CREATE UNIQUE INDEX firentry_one_fir ON public.cases_firentry USING btree (case_id) WHERE (corrects_id IS NULL);
CREATE INDEX foundhash_value ON public.hash_lists_foundhash USING btree (value, algorithm);
CREATE INDEX hash_lists_finding_agency_id_d37e9bbf ON public.hash_lists_finding USING btree (agency_id);
CREATE INDEX hash_lists_finding_hash_list_id_f5e8da2d ON public.hash_lists_finding USING btree (hash_list_id);
CREATE INDEX hash_lists_finding_person_id_7f26b2c1 ON public.hash_lists_finding USING btree (person_id);
CREATE INDEX hash_lists_finding_withdrawn_by_id_a6f03ce7 ON public.hash_lists_finding USING btree (withdrawn_by_id);
CREATE INDEX hash_lists_hashlist_agency_id_7d64845e ON public.hash_lists_hashlist USING btree (agency_id);
CREATE INDEX hash_lists_hashlist_created_by_id_be99b431 ON public.hash_lists_hashlist USING btree (created_by_id);
CREATE INDEX hash_lists_subscriber_hash_list_id_f13cc53c ON public.hash_lists_subscriber USING btree (hash_list_id);
CREATE INDEX hash_lists_subscriber_key_hash_c9620541_like ON public.hash_lists_subscriber USING btree (key_hash varchar_pattern_ops);
CREATE INDEX hashvalue_unsettled ON public.matching_hashvalue USING btree (id) WHERE (((algorithm)::text = 'pdq'::text) AND ((fault)::text = ''::text) AND ("position" IS NULL));
CREATE INDEX hold_stands_case ON public.retention_hold USING btree (case_id) WHERE (lifted_at IS NULL);
CREATE INDEX hold_stands_report ON public.retention_hold USING btree (report_id) WHERE (lifted_at IS NULL);
CREATE INDEX holding_desk ON public.reports_holding USING btree (agency_id, held_from DESC) WHERE (held_until IS NULL);
CREATE UNIQUE INDEX holding_one_owner ON public.reports_holding USING btree (report_id) WHERE ((held_until IS NULL) AND (NOT joint));
CREATE INDEX holding_seen ON public.reports_holding USING btree (agency_id, report_id);
CREATE INDEX hoporigin_report ON public.records_hoporigin USING btree (report_id);
CREATE INDEX identifier_kind_scope ON public.reports_identifier USING btree (kind, scope);
CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));
CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);
CREATE INDEX judgement_at ON public.doors_judgement USING btree (at);
CREATE UNIQUE INDEX judgement_told_once ON public.doors_judgement USING btree (report_id, uid, told_by_id) WHERE (NOT ((uid)::text = ''::text));
CREATE INDEX judgement_withdrawn ON public.doors_judgement USING btree (withdrawn_at) WHERE (withdrawn_at IS NOT NULL);
CREATE INDEX jurisdiction_place ON public.agencies_jurisdiction USING btree (country, state, district);
CREATE UNIQUE INDEX letter_one_draft ON public.letters_letter USING btree (case_id, form, language, holder_key) WHERE ((state)::text = 'draft'::text);
CREATE INDEX letters_letter_case_id_5eca53e6 ON public.letters_letter USING btree (case_id);
CREATE INDEX letters_letter_made_by_id_62e664b2 ON public.letters_letter USING btree (made_by_id);
CREATE INDEX letters_letter_reviewed_by_id_0f3128b6 ON public.letters_letter USING btree (reviewed_by_id);
CREATE INDEX letters_letter_withdrawn_by_id_6641bb1c ON public.letters_letter USING btree (withdrawn_by_id);
CREATE INDEX letters_letterversion_by_id_f23b795e ON public.letters_letterversion USING btree (by_id);
CREATE INDEX letters_letterversion_case_id_8dfe6a93 ON public.letters_letterversion USING btree (case_id);
CREATE INDEX letters_letterversion_letter_id_9be717bb ON public.letters_letterversion USING btree (letter_id);
CREATE INDEX letterversion_case ON public.letters_letterversion USING btree (case_id);
CREATE UNIQUE INDEX linkalert_one_open ON public.parties_linkalert USING btree (kind, subject) WHERE (ended_at IS NULL);
CREATE INDEX linking_clusterchange_cluster_id_ce7a5909 ON public.linking_clusterchange USING btree (cluster_id);
CREATE INDEX linking_clusterchange_undoes_id_96e1c40a ON public.linking_clusterchange USING btree (undoes_id);
CREATE INDEX linking_cut_identifier_id_aac20776 ON public.linking_cut USING btree (identifier_id);
CREATE INDEX linking_cut_report_id_6bca3940 ON public.linking_cut USING btree (report_id);
CREATE INDEX linking_edge_identifier_id_ceafc653 ON public.linking_edge USING btree (identifier_id);
CREATE INDEX linking_edge_stated_id_af2f6721 ON public.linking_edge USING btree (stated_id);
CREATE INDEX linking_member_cluster_id_bdcd23b7 ON public.linking_member USING btree (cluster_id);
CREATE INDEX linking_suggestion_high_id_767e4dd6 ON public.linking_suggestion USING btree (high_id);
CREATE INDEX linking_suggestion_low_id_df071711 ON public.linking_suggestion USING btree (low_id);
CREATE INDEX linking_tie_high_id_2481b354 ON public.linking_tie USING btree (high_id);
CREATE INDEX linking_tie_low_id_f62a1709 ON public.linking_tie USING btree (low_id);
CREATE INDEX logclock_report ON public.attribution_logclock USING btree (report_id, likely_gone_at);
CREATE INDEX matching_filehash_report_id_a506d3c1 ON public.matching_filehash USING btree (report_id);
CREATE INDEX matching_knownhash_value_id_52ff7a32 ON public.matching_knownhash USING btree (value_id);
CREATE INDEX matching_knownlist_agency_id_c72e9baf ON public.matching_knownlist USING btree (agency_id);
CREATE INDEX matching_match_known_id_8035348d ON public.matching_match USING btree (known_id);
CREATE INDEX matching_match_report_id_26ab6a6b ON public.matching_match USING btree (report_id);
CREATE INDEX matching_nearvalue_high_id_534c5f61 ON public.matching_nearvalue USING btree (high_id);
CREATE INDEX membership_page ON public.operations_membership USING btree (operation_id, id DESC);
CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);
CREATE INDEX nonce_age ON public.federation_nonce USING btree (at);
CREATE INDEX offenceact_case ON public.cases_offenceact USING btree (case_id, id);
CREATE INDEX officerchange_case ON public.cases_officerchange USING btree (case_id, id);
CREATE UNIQUE INDEX operationagency_once ON public.operations_operationagency USING btree (operation_id, agency_id) WHERE (ended_at IS NULL);
CREATE INDEX operationmember_agency ON public.operations_operationmember USING btree (agency_id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX operationmember_agency_once ON public.operations_operationmember USING btree (operation_id, agency_id) WHERE ((agency_id IS NOT NULL) AND (ended_at IS NULL));
CREATE INDEX operationmember_person ON public.operations_operationmember USING btree (person_id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX operationmember_person_once ON public.operations_operationmember USING btree (operation_id, person_id) WHERE ((ended_at IS NULL) AND (person_id IS NOT NULL));
CREATE INDEX operations_boardentry_operation_id_fdff539c ON public.operations_boardentry USING btree (operation_id);
CREATE INDEX operations_closing_operation_id_9efaabf5 ON public.operations_closing USING btree (operation_id);
CREATE INDEX operations_membership_case_id_6976e92e ON public.operations_membership USING btree (case_id);
CREATE INDEX operations_membership_report_id_7f73f964 ON public.operations_membership USING btree (report_id);
CREATE INDEX operations_operation_agency_id_888f5a72 ON public.operations_operation USING btree (agency_id);
CREATE INDEX operations_operation_code_12811cf2_like ON public.operations_operation USING btree (code varchar_pattern_ops);
CREATE INDEX operations_operation_lead_officer_id_4ada5f0d ON public.operations_operation USING btree (lead_officer_id);
CREATE INDEX operations_operationtask_operation_id_0bd66a54 ON public.operations_operationtask USING btree (operation_id);
CREATE INDEX operations_rule_added_by_id_e3a3b9bb ON public.operations_rule USING btree (added_by_id);
CREATE INDEX operations_rule_cluster_id_3fe7dbd2 ON public.operations_rule USING btree (cluster_id);
CREATE INDEX operations_rule_district_id_d51bc170 ON public.operations_rule USING btree (district_id);
CREATE INDEX operations_rule_reporter_id_7ee8afe4 ON public.operations_rule USING btree (reporter_id);
CREATE UNIQUE INDEX outcome_heard_once ON public.outcomes_outcome USING btree (uid, agency_id) WHERE (NOT ((uid)::text = ''::text));
CREATE INDEX outcome_of_agency ON public.outcomes_outcome USING btree (agency_id, id DESC);
CREATE INDEX outcome_of_case ON public.outcomes_outcome USING btree (case_id, kind, id DESC);
CREATE UNIQUE INDEX outcomereminder_case_once ON public.outcomes_reminder USING btree (case_id, kind) WHERE ((ended_at IS NULL) AND (report_id IS NULL));
CREATE INDEX outcomereminder_desk ON public.outcomes_reminder USING btree (agency_id, raised_at) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX outcomereminder_report_once ON public.outcomes_reminder USING btree (report_id) WHERE (ended_at IS NULL);
CREATE INDEX outcomes_reminder_case_id_8125eaf0 ON public.outcomes_reminder USING btree (case_id);
CREATE INDEX outcomes_reminder_report_id_93aea4cd ON public.outcomes_reminder USING btree (report_id);
CREATE INDEX outcomes_reportoutcome_agency_id_3487d0dd ON public.outcomes_reportoutcome USING btree (agency_id);
CREATE INDEX outcomes_reportoutcome_outcome_id_1ab1ed4f ON public.outcomes_reportoutcome USING btree (outcome_id);
CREATE INDEX outgoing_of_report ON public.federation_outgoing USING btree (report_id, id);
CREATE INDEX outgoing_refused ON public.federation_outgoing USING btree (peer_id, id DESC) WHERE ((delivery)::text = 'refused'::text);
CREATE INDEX outgoing_waiting ON public.federation_outgoing USING btree (peer_id, id) WHERE ((delivery)::text = 'waiting'::text);
CREATE INDEX packages_refusedpackage_agency_id_af93f3e2 ON public.packages_refusedpackage USING btree (agency_id);
CREATE INDEX packages_sealedrelease_from_agency_id_a7232ae5 ON public.packages_sealedrelease USING btree (from_agency_id);
CREATE INDEX packages_sealedrelease_report_id_183789e5 ON public.packages_sealedrelease USING btree (report_id);
CREATE INDEX packages_senthop_package_id_f962b81d ON public.packages_senthop USING btree (package_id);
CREATE INDEX packages_senthop_referral_id_fc950b13 ON public.packages_senthop USING btree (referral_id);
CREATE INDEX packages_sentpackage_from_agency_id_336c985a ON public.packages_sentpackage USING btree (from_agency_id);
CREATE INDEX packages_takenpackage_to_agency_id_02c40862 ON public.packages_takenpackage USING btree (to_agency_id);
CREATE INDEX parties_peer_name_a18b272c_like ON public.parties_peer USING btree (name varchar_pattern_ops);
CREATE INDEX parties_peerkey_key_7ec99a7f_like ON public.parties_peerkey USING btree (key varchar_pattern_ops);
CREATE INDEX parties_peerkey_peer_id_a399bb9d ON public.parties_peerkey USING btree (peer_id);
CREATE INDEX parties_remotedesk_peer_id_21beab3b ON public.parties_remotedesk USING btree (peer_id);
CREATE UNIQUE INDEX pause_one_at_a_time ON public.clocks_pause USING btree (clock_id) WHERE (until IS NULL);
CREATE INDEX personevidence_case ON public.cases_personevidence USING btree (case_id, person_id);
CREATE INDEX pipeline_quarantine_report_id_e1438c42 ON public.pipeline_quarantine USING btree (report_id);
CREATE INDEX pipeline_stagerun_report_id_c0ecf83a ON public.pipeline_stagerun USING btree (report_id);
CREATE UNIQUE INDEX platformdirectory_one_active ON public.process_platformdirectory USING btree (active) WHERE active;
CREATE INDEX preservation_of_report ON public.attribution_preservationnote USING btree (report_id, sighting_id);
CREATE INDEX process_request_agency_id_27b51c08 ON public.process_request USING btree (agency_id);
CREATE INDEX process_request_case_id_9a7b70a0 ON public.process_request USING btree (case_id);
CREATE INDEX process_request_made_by_id_02eceaca ON public.process_request USING btree (made_by_id);
CREATE INDEX process_requestalert_case_id_bcad7f59 ON public.process_requestalert USING btree (case_id);
CREATE INDEX process_requestalert_request_id_4c654f75 ON public.process_requestalert USING btree (request_id);
CREATE INDEX process_requestevent_case_id_fec41049 ON public.process_requestevent USING btree (case_id);
CREATE INDEX process_requestevent_person_id_956339ff ON public.process_requestevent USING btree (person_id);
CREATE INDEX process_requestevent_request_id_f1e7f548 ON public.process_requestevent USING btree (request_id);
CREATE INDEX process_requestitem_case_id_1e4df998 ON public.process_requestitem USING btree (case_id);
CREATE INDEX process_requestitem_request_id_7d831269 ON public.process_requestitem USING btree (request_id);
CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);
CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));
CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);
CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);
CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);
CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);
CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);
CREATE INDEX proposal_case ON public.cases_standingproposal USING btree (case_id, person_id);
CREATE UNIQUE INDEX proposal_one_open ON public.cases_standingproposal USING btree (person_id) WHERE ((state)::text = 'open'::text);
CREATE UNIQUE INDEX providerdirectory_one_active ON public.attribution_providerdirectory USING btree (country) WHERE active;
CREATE INDEX public_form_message_author_id_894f5c67 ON public.public_form_message USING btree (author_id);
CREATE INDEX public_form_message_report_id_a6423582 ON public.public_form_message USING btree (report_id);
CREATE INDEX public_form_publicreport_code_hash_8373ecc5_like ON public.public_form_publicreport USING btree (code_hash varchar_pattern_ops);
CREATE INDEX public_message_of_report ON public.public_form_message USING btree (report_id, id);
CREATE INDEX publishing_draw_agency_id_71772120 ON public.publishing_draw USING btree (agency_id);
CREATE INDEX publishing_publishedfile_scheduled_id_052ba0d5 ON public.publishing_publishedfile USING btree (scheduled_id);
CREATE INDEX publishing_publishedfile_transparency_id_afe57111 ON public.publishing_publishedfile USING btree (transparency_id);
CREATE INDEX publishing_schedule_agency_id_d6ae92de ON public.publishing_schedule USING btree (agency_id);
CREATE INDEX publishing_scheduledreport_agency_id_f9165226 ON public.publishing_scheduledreport USING btree (agency_id);
CREATE INDEX publishing_scheduledreport_schedule_id_1b0c0ca4 ON public.publishing_scheduledreport USING btree (schedule_id);
CREATE INDEX publishing_transparency_agency_id_40c1ca9a ON public.publishing_transparency USING btree (agency_id);
CREATE INDEX publishing_transparency_draw_id_0c5e2a82 ON public.publishing_transparency USING btree (draw_id);
CREATE INDEX quarantine_open ON public.pipeline_quarantine USING btree (at DESC) WHERE (released_at IS NULL);
CREATE UNIQUE INDEX recomputation_one_open ON public.attribution_recomputation USING btree (since) NULLS NOT DISTINCT WHERE (ended_at IS NULL);
CREATE INDEX records_hoporigin_uid_59d37960_like ON public.records_hoporigin USING btree (uid varchar_pattern_ops);
CREATE INDEX records_reportorigin_uid_14839819_like ON public.records_reportorigin USING btree (uid varchar_pattern_ops);
CREATE INDEX referral_bundle ON public.referrals_referral USING btree (bundle) WHERE (bundle IS NOT NULL);
CREATE INDEX referral_decided ON public.referrals_referral USING btree (state_at) WHERE ((state)::text = ANY (ARRAY[('accepted'::character varying)::text, ('returned'::character varying)::text]));
CREATE INDEX referral_desk ON public.referrals_referral USING btree (to_agency_id, state, sent_at DESC);
CREATE INDEX referral_due ON public.referrals_referral USING btree (due_at) WHERE (lead AND ((state)::text = ANY (ARRAY[('sent'::character varying)::text, ('received'::character varying)::text, ('acknowledged'::character varying)::text])));
CREATE INDEX referral_merged ON public.referrals_referral USING btree (merged_into_id) WHERE (merged_into_id IS NOT NULL);
CREATE UNIQUE INDEX referral_one_draft ON public.referrals_referral USING btree (report_id) WHERE ((state)::text = 'drafted'::text);
CREATE UNIQUE INDEX referral_one_live_hop ON public.referrals_referral USING btree (report_id) WHERE (lead AND ((state)::text = ANY (ARRAY[('sent'::character varying)::text, ('received'::character varying)::text, ('acknowledged'::character varying)::text, ('merged'::character varying)::text, ('accepted'::character varying)::text])));
CREATE UNIQUE INDEX referral_one_live_joint ON public.referrals_referral USING btree (report_id, to_agency_id) WHERE ((NOT lead) AND ((state)::text = ANY (ARRAY[('sent'::character varying)::text, ('received'::character varying)::text, ('acknowledged'::character varying)::text, ('merged'::character varying)::text, ('accepted'::character varying)::text])));
CREATE INDEX referral_remind ON public.referrals_referral USING btree (remind_at) WHERE (lead AND ((state)::text = ANY (ARRAY[('sent'::character varying)::text, ('received'::character varying)::text, ('acknowledged'::character varying)::text])));
CREATE INDEX referral_sent ON public.referrals_referral USING btree (from_agency_id, sent_at DESC);
CREATE INDEX referral_way ON public.referrals_referral USING btree (report_id, id);
CREATE INDEX referralevent_history ON public.referrals_referralevent USING btree (referral_id, id);
CREATE INDEX referrals_referral_from_agency_id_a3021afe ON public.referrals_referral USING btree (from_agency_id);
CREATE INDEX referrals_referral_report_id_5e7b2b41 ON public.referrals_referral USING btree (report_id);
CREATE INDEX referrals_referral_to_agency_id_a3715247 ON public.referrals_referral USING btree (to_agency_id);
CREATE INDEX referrals_waiting_agency_id_4d462727 ON public.referrals_waiting USING btree (agency_id);
CREATE INDEX refused_newest ON public.cybertipline_refuseddocument USING btree (received_at DESC);
CREATE INDEX replies_reply_applied_by_id_8916f1a8 ON public.replies_reply USING btree (applied_by_id);
CREATE INDEX replies_reply_case_id_613d1da0 ON public.replies_reply USING btree (case_id);
CREATE INDEX replies_reply_decided_by_id_357e1cec ON public.replies_reply USING btree (decided_by_id);
CREATE INDEX replies_reply_received_by_id_a2ac370a ON public.replies_reply USING btree (received_by_id);
CREATE INDEX replies_reply_report_id_7d665b93 ON public.replies_reply USING btree (report_id);
CREATE INDEX replies_reply_request_id_8bb99670 ON public.replies_reply USING btree (request_id);
CREATE INDEX replies_replyfile_case_id_90f20840 ON public.replies_replyfile USING btree (case_id);
CREATE INDEX replies_replyfinding_case_id_f22bdc67 ON public.replies_replyfinding USING btree (case_id);
CREATE INDEX replies_replyfinding_reply_id_a3aedd65 ON public.replies_replyfinding USING btree (reply_id);
CREATE INDEX replies_replyfinding_report_id_9e633dd9 ON public.replies_replyfinding USING btree (report_id);
CREATE INDEX replies_replyfinding_row_id_ff08b32d ON public.replies_replyfinding USING btree (row_id);
CREATE INDEX replies_replyfinding_sighting_id_c5e837f9 ON public.replies_replyfinding USING btree (sighting_id);
CREATE INDEX replies_replymapping_agency_id_12a7cf9b ON public.replies_replymapping USING btree (agency_id);
CREATE INDEX replies_replymapping_made_by_id_3898dd19 ON public.replies_replymapping USING btree (made_by_id);
CREATE INDEX replyrow_line ON public.replies_replyrow USING btree (reply_id, line);
CREATE INDEX replyrow_session ON public.replies_replyrow USING btree (reply_id, ip, started_at) WHERE (ip IS NOT NULL);
CREATE UNIQUE INDEX report_idempotency_key_once ON public.reports_report USING btree (reporter_id, idempotency_key) WHERE (NOT ((idempotency_key)::text = ''::text));
CREATE INDEX report_open ON public.reports_report USING btree (received_at) WHERE ((state)::text = 'open'::text);
CREATE INDEX report_repeat ON public.reports_report USING btree (reporter_id, document_sha256, received_at DESC);
CREATE INDEX report_waiting ON public.reports_report USING btree (((((channel)::text = 'bulk'::text) AND (NOT escalated))), finished_at, id) WHERE ((processing)::text = 'waiting'::text);
CREATE INDEX reportclock_gone ON public.attribution_reportclock USING btree (all_gone_at, next_likely_gone_at) WHERE (all_gone_at IS NOT NULL);
CREATE INDEX reportclock_next ON public.attribution_reportclock USING btree (next_likely_gone_at) WHERE (next_likely_gone_at IS NOT NULL);
CREATE INDEX reportclock_unasked ON public.attribution_reportclock USING btree (next_unasked_at) WHERE (next_unasked_at IS NOT NULL);
CREATE INDEX reportclock_version ON public.attribution_reportclock USING btree (directory_version, report_id);
CREATE INDEX reporter_credential_live ON public.accounts_reportercredential USING btree (reporter_id) WHERE (revoked_at IS NULL);
CREATE UNIQUE INDEX reporter_one_for_replies ON public.accounts_reporter USING btree (agency_id) WHERE ((kind)::text = 'reply'::text);
CREATE UNIQUE INDEX reporter_one_public_form ON public.accounts_reporter USING btree (agency_id) WHERE ((kind)::text = 'public'::text);
CREATE INDEX reportoutcome_newest ON public.outcomes_reportoutcome USING btree (recorded_at DESC);
CREATE INDEX reports_document_report_id_7e93e981 ON public.reports_document USING btree (report_id);
CREATE INDEX reports_document_reported_file_id_bf4736cc ON public.reports_document USING btree (reported_file_id);
CREATE INDEX reports_holding_agency_id_25903f0d ON public.reports_holding USING btree (agency_id);
CREATE INDEX reports_holding_report_id_893ebb7e ON public.reports_holding USING btree (report_id);
CREATE INDEX reports_person_parent_id_045225f4 ON public.reports_person USING btree (parent_id);
CREATE INDEX reports_person_report_id_2a6cf201 ON public.reports_person USING btree (report_id);
CREATE INDEX reports_report_probable_repeat_of_id_aeac8267 ON public.reports_report USING btree (probable_repeat_of_id);
CREATE INDEX reports_report_receiving_agency_id_382e8239 ON public.reports_report USING btree (receiving_agency_id);
CREATE INDEX reports_reportedfile_report_id_649623ad ON public.reports_reportedfile USING btree (report_id);
CREATE INDEX reports_sighting_identifier_id_ea18c1fa ON public.reports_sighting USING btree (identifier_id);
CREATE INDEX reports_sighting_person_id_76ccad17 ON public.reports_sighting USING btree (person_id);
CREATE INDEX reports_sighting_report_id_34589abb ON public.reports_sighting USING btree (report_id);
CREATE INDEX reports_sighting_reported_file_id_a256683f ON public.reports_sighting USING btree (reported_file_id);
CREATE INDEX reports_unmasking_agency_id_e6a134c9 ON public.reports_unmasking USING btree (agency_id);
CREATE INDEX reports_unmasking_person_id_e2513a7a ON public.reports_unmasking USING btree (person_id);
CREATE INDEX reports_unmasking_report_id_456791c2 ON public.reports_unmasking USING btree (report_id);
CREATE INDEX reports_unmaskingreview_reviewer_id_0281747a ON public.reports_unmaskingreview USING btree (reviewer_id);
CREATE INDEX request_open ON public.process_request USING btree (agency_id, sent_at) WHERE (ended_at IS NULL);
CREATE INDEX request_preserved ON public.process_request USING btree (preserved_until) WHERE ((ended_at IS NULL) AND (preserved_until IS NOT NULL));
CREATE INDEX request_rates ON public.process_request USING btree (agency_id, holder_key, kind) INCLUDE (holder_kind, holder_name, state, sent_at, replied_at, answer, usefulness, ended_at) WHERE (sent_at IS NOT NULL);
CREATE INDEX requestalert_desk ON public.process_requestalert USING btree (agency_id, due_at) WHERE (ended_at IS NULL);
CREATE INDEX requestevent_request ON public.process_requestevent USING btree (request_id, id);
CREATE INDEX requestfact_of_agency ON public.statistics_requestfact USING btree (agency_id, month);
CREATE UNIQUE INDEX requestfact_one_stands ON public.statistics_requestfact USING btree (request_id, agency_id) WHERE (known_until IS NULL);
CREATE INDEX requestitem_case ON public.process_requestitem USING btree (case_id, identifier_id);
CREATE INDEX requestitem_report ON public.process_requestitem USING btree (report_id);
CREATE UNIQUE INDEX reroute_one_open ON public.routing_reroute USING btree (report_id) WHERE ((state)::text = 'open'::text);
CREATE INDEX reroute_open ON public.routing_reroute USING btree (old_agency_id) WHERE ((state)::text = 'open'::text);
CREATE INDEX retention_certificate_agency_id_a5a5ad5a ON public.retention_certificate USING btree (agency_id);
CREATE INDEX retention_destruction_agency_id_2bc4c85f ON public.retention_destruction USING btree (agency_id);
CREATE INDEX retention_destruction_decider_id_4d04b2bd ON public.retention_destruction USING btree (decider_id);
CREATE INDEX retention_destruction_orderer_id_cbfeb243 ON public.retention_destruction USING btree (orderer_id);
CREATE INDEX retention_destructionitem_agency_id_92fb280f ON public.retention_destructionitem USING btree (agency_id);
CREATE INDEX retention_destructionitem_case_id_4c43fa0d ON public.retention_destructionitem USING btree (case_id);
CREATE INDEX retention_destructionitem_destruction_id_67139171 ON public.retention_destructionitem USING btree (destruction_id);
CREATE INDEX retention_destructionitem_report_id_b630b021 ON public.retention_destructionitem USING btree (report_id);
CREATE INDEX retention_hold_agency_id_65309d32 ON public.retention_hold USING btree (agency_id);
CREATE INDEX retention_hold_case_id_23122b86 ON public.retention_hold USING btree (case_id);
CREATE INDEX retention_hold_report_id_22295ed0 ON public.retention_hold USING btree (report_id);
CREATE INDEX review_by_version ON public.training_attempts_review USING btree (scenario, digest);
CREATE INDEX routing_decision_agency_id_8baccda5 ON public.routing_decision USING btree (agency_id);
CREATE INDEX routing_decisiondesk_agency_id_b51ee1f1 ON public.routing_decisiondesk USING btree (agency_id);
CREATE INDEX routing_decisiondesk_report_id_199ae33b ON public.routing_decisiondesk USING btree (report_id);
CREATE INDEX routing_reroute_new_agency_id_adc2e8a4 ON public.routing_reroute USING btree (new_agency_id);
CREATE INDEX routing_reroute_old_agency_id_bc1e3d50 ON public.routing_reroute USING btree (old_agency_id);
CREATE INDEX routing_reroute_report_id_533b37e3 ON public.routing_reroute USING btree (report_id);
CREATE INDEX routing_rulepreview_against_id_65974566 ON public.routing_rulepreview USING btree (against_id);
CREATE INDEX routing_rulepreview_agency_id_9d7dc0ac ON public.routing_rulepreview USING btree (agency_id);
CREATE INDEX routing_rulepreview_rule_set_id_487a9db6 ON public.routing_rulepreview USING btree (rule_set_id);
CREATE INDEX routing_rulepreview_sample_id_198e60ab ON public.routing_rulepreview USING btree (sample_id);
CREATE INDEX routing_rulesample_agency_id_bab4d80d ON public.routing_rulesample USING btree (agency_id);
CREATE INDEX routing_ruleset_based_on_id_4bdffc29 ON public.routing_ruleset USING btree (based_on_id);
CREATE INDEX rule_of_operation ON public.operations_rule USING btree (operation_id, id);
CREATE UNIQUE INDEX ruleset_one_released ON public.routing_ruleset USING btree (state) WHERE ((state)::text = 'released'::text);
CREATE UNIQUE INDEX rulesfile_one_active ON public.clocks_rulesfile USING btree (kind, country) WHERE active;
CREATE INDEX safeguarding_childnote_case_id_937b29a6 ON public.safeguarding_childnote USING btree (case_id);
CREATE INDEX safeguarding_childnote_child_id_3682ca69 ON public.safeguarding_childnote USING btree (child_id);
CREATE INDEX safeguarding_preference_case_id_d1b9f7d8 ON public.safeguarding_preference USING btree (case_id);
CREATE INDEX safeguarding_preference_child_id_1a80930b ON public.safeguarding_preference USING btree (child_id);
CREATE INDEX safeguarding_step_case_id_14b66fc1 ON public.safeguarding_step USING btree (case_id);
CREATE INDEX safeguarding_supportanswer_case_id_19c7e54c ON public.safeguarding_supportanswer USING btree (case_id);
CREATE INDEX safeguarding_supportanswer_referral_id_336d2704 ON public.safeguarding_supportanswer USING btree (referral_id);
CREATE INDEX safeguarding_supportreferral_case_id_ad353bd8 ON public.safeguarding_supportreferral USING btree (case_id);
CREATE INDEX safeguarding_supportreferral_child_id_33dfa087 ON public.safeguarding_supportreferral USING btree (child_id);
CREATE INDEX sandbox_report_changed ON public.sandbox_sandboxreport USING btree (changed_at);
CREATE UNIQUE INDEX sandbox_report_key_once ON public.sandbox_sandboxreport USING btree (reporter_id, idempotency_key) WHERE (NOT ((idempotency_key)::text = ''::text));
CREATE INDEX sandbox_report_repeats ON public.sandbox_sandboxreport USING btree (reporter_id, document_sha256, received_at DESC);
CREATE INDEX sandbox_sandboxfile_sandbox_report_id_e893a766 ON public.sandbox_sandboxfile USING btree (sandbox_report_id);
CREATE INDEX sandbox_sandboxfile_wire_id_e8187652_like ON public.sandbox_sandboxfile USING btree (wire_id varchar_pattern_ops);
CREATE INDEX sandbox_sandboxreport_reporter_id_979255d1 ON public.sandbox_sandboxreport USING btree (reporter_id);
CREATE INDEX schedule_of_agency ON public.publishing_schedule USING btree (agency_id);
CREATE INDEX scheduled_report_newest ON public.publishing_scheduledreport USING btree (agency_id, after DESC);
CREATE UNIQUE INDEX sealedrelease_one_open ON public.packages_sealedrelease USING btree (referral_id) WHERE ((state)::text = ANY (ARRAY[('proposed'::character varying)::text, ('approved'::character varying)::text]));
CREATE INDEX senthop_report ON public.packages_senthop USING btree (report_id);
CREATE INDEX snapshot_newest ON public.statistics_snapshot USING btree (agency_id, kept_at DESC);
CREATE INDEX socialaccount_socialaccount_user_id_8146e70c ON public.socialaccount_socialaccount USING btree (user_id);
CREATE INDEX socialaccount_socialtoken_account_id_951f210e ON public.socialaccount_socialtoken USING btree (account_id);
CREATE INDEX socialaccount_socialtoken_app_id_636a42d7 ON public.socialaccount_socialtoken USING btree (app_id);
CREATE UNIQUE INDEX source_one_active ON public.attribution_source USING btree (name) WHERE active;
CREATE INDEX standingchange_case ON public.cases_standingchange USING btree (case_id, person_id, id);
CREATE INDEX statistics_snapshot_agency_id_720c2847 ON public.statistics_snapshot USING btree (agency_id);
CREATE INDEX step_of_child ON public.safeguarding_step USING btree (child_id, kind);
CREATE INDEX stepmark_of_report ON public.leads_stepmark USING btree (report_id, agency_id, step, id DESC);
CREATE UNIQUE INDEX tie_once ON public.linking_tie USING btree (low_id, high_id) WHERE (ended_at IS NULL);
CREATE INDEX token_of_person ON public.accounts_apitoken USING btree (person_id, id DESC);
CREATE INDEX training_attempts_answer_attempt_id_86d0e349 ON public.training_attempts_answer USING btree (attempt_id);
CREATE INDEX training_attempts_answer_by_id_322da1d1 ON public.training_attempts_answer USING btree (by_id);
CREATE INDEX training_attempts_attempt_course_id_3b0ac4d5 ON public.training_attempts_attempt USING btree (course_id);
CREATE INDEX training_attempts_attempt_enrolment_id_0d97263e ON public.training_attempts_attempt USING btree (enrolment_id);
CREATE INDEX training_attempts_attempt_exercise_id_8730e612 ON public.training_attempts_attempt USING btree (exercise_id);
CREATE INDEX training_attempts_attempt_seed_25f2edb6 ON public.training_attempts_attempt USING btree (seed);
CREATE INDEX training_attempts_attempt_seed_25f2edb6_like ON public.training_attempts_attempt USING btree (seed varchar_pattern_ops);
CREATE INDEX training_attempts_attempt_started_by_id_3b63fa21 ON public.training_attempts_attempt USING btree (started_by_id);
CREATE INDEX training_attempts_attempt_tried_by_id_b09d4c64 ON public.training_attempts_attempt USING btree (tried_by_id);
CREATE INDEX training_attempts_event_attempt_id_a4025830 ON public.training_attempts_event USING btree (attempt_id);
CREATE INDEX training_attempts_event_by_id_ad6fe6b9 ON public.training_attempts_event USING btree (by_id);
CREATE INDEX training_attempts_event_other_id_46bcdff7 ON public.training_attempts_event USING btree (other_id);
CREATE INDEX training_attempts_expected_attempt_id_6577da1a ON public.training_attempts_expected USING btree (attempt_id);
CREATE INDEX training_attempts_expected_exercise_id_ebeaadfb ON public.training_attempts_expected USING btree (exercise_id);
CREATE INDEX training_attempts_hinttaken_attempt_id_3f98d474 ON public.training_attempts_hinttaken USING btree (attempt_id);
CREATE INDEX training_attempts_hinttaken_by_id_ff8bb636 ON public.training_attempts_hinttaken USING btree (by_id);
CREATE INDEX training_attempts_kept_attempt_id_2915edd4 ON public.training_attempts_kept USING btree (attempt_id);
CREATE INDEX training_attempts_kept_by_id_6b774e2c ON public.training_attempts_kept USING btree (by_id);
CREATE INDEX training_attempts_review_by_id_803aab85 ON public.training_attempts_review USING btree (by_id);
CREATE INDEX training_courses_attendance_enrolment_id_391aa0c7 ON public.training_courses_attendance USING btree (enrolment_id);
CREATE INDEX training_courses_attendance_noted_by_id_c251d5f3 ON public.training_courses_attendance USING btree (noted_by_id);
CREATE INDEX training_courses_attendance_session_id_808324d7 ON public.training_courses_attendance USING btree (session_id);
CREATE INDEX training_courses_certificate_enrolment_id_1ff90758 ON public.training_courses_certificate USING btree (enrolment_id);
CREATE INDEX training_courses_certificate_issued_by_id_46b6fb54 ON public.training_courses_certificate USING btree (issued_by_id);
CREATE INDEX training_courses_certificate_number_49620313_like ON public.training_courses_certificate USING btree (number varchar_pattern_ops);
CREATE INDEX training_courses_certificate_revoked_by_id_d4bc04a5 ON public.training_courses_certificate USING btree (revoked_by_id);
CREATE INDEX training_courses_course_code_1bf9f298_like ON public.training_courses_course USING btree (code varchar_pattern_ops);
CREATE INDEX training_courses_course_made_by_id_a37725ad ON public.training_courses_course USING btree (made_by_id);
CREATE INDEX training_courses_enrolment_course_id_2ab94ce3 ON public.training_courses_enrolment USING btree (course_id);
CREATE INDEX training_courses_enrolment_trainee_id_f5d2379b ON public.training_courses_enrolment USING btree (trainee_id);
CREATE INDEX training_courses_entrycode_digest_2d1bf069_like ON public.training_courses_entrycode USING btree (digest varchar_pattern_ops);
CREATE INDEX training_courses_exercise_course_id_ddc0eae3 ON public.training_courses_exercise USING btree (course_id);
CREATE INDEX training_courses_instructor_course_id_052d51f2 ON public.training_courses_instructor USING btree (course_id);
CREATE INDEX training_courses_instructor_user_id_922433ac ON public.training_courses_instructor USING btree (user_id);
CREATE INDEX training_courses_paper_enrolment_id_f22a348b ON public.training_courses_paper USING btree (enrolment_id);
CREATE INDEX training_courses_session_course_id_f818af87 ON public.training_courses_session USING btree (course_id);
CREATE INDEX training_desk_desk_account_id_8f7a6a52 ON public.training_desk_desk USING btree (account_id);
CREATE INDEX training_desk_desk_second_id_876736b1 ON public.training_desk_desk USING btree (second_id);
CREATE INDEX training_desk_desk_user_id_c7378048 ON public.training_desk_desk USING btree (user_id);
CREATE INDEX transparency_newest ON public.publishing_transparency USING btree (agency_id, since DESC);
CREATE INDEX triage_score_report_id_85b98201 ON public.triage_score USING btree (report_id);
CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE ((type)::text = ANY (ARRAY[('totp'::character varying)::text, ('recovery_codes'::character varying)::text]));
CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";
CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;
CREATE INDEX unmasking_of_agency ON public.reports_unmasking USING btree (agency_id, at DESC);
CREATE INDEX usersessions_usersession_session_key_fd35de43_like ON public.usersessions_usersession USING btree (session_key varchar_pattern_ops);
CREATE INDEX usersessions_usersession_user_id_af5e0a6d ON public.usersessions_usersession USING btree (user_id);
CREATE INDEX waiting_due ON public.referrals_waiting USING btree (until);
CREATE INDEX webhooks_subscription_agency_id_634c769d ON public.webhooks_subscription USING btree (agency_id);
CREATE INDEX webhooks_subscription_created_by_id_667c65d5 ON public.webhooks_subscription USING btree (created_by_id);
CREATE TRIGGER desk_clocked_insert AFTER INSERT ON public.attribution_reportclock REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_desk_clocked();
CREATE TRIGGER desk_clocked_update AFTER UPDATE ON public.attribution_reportclock REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_desk_clocked();
CREATE TRIGGER desk_placed_insert AFTER INSERT ON public.referrals_referral REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_desk_placed();
CREATE TRIGGER desk_placed_insert AFTER INSERT ON public.reports_holding REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_desk_placed();
CREATE TRIGGER desk_placed_update AFTER UPDATE ON public.referrals_referral REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_desk_placed();
CREATE TRIGGER desk_placed_update AFTER UPDATE ON public.reports_holding REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_desk_placed();
CREATE TRIGGER desk_reported_update AFTER UPDATE ON public.reports_report REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_desk_reported();
CREATE TRIGGER desk_scored_insert AFTER INSERT ON public.triage_score REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_desk_scored();
CREATE TRIGGER desk_scored_update AFTER UPDATE ON public.triage_score REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_desk_scored();
CREATE TRIGGER exhibits_custody_kept BEFORE DELETE OR UPDATE ON public.exhibits_custodyevent FOR EACH ROW EXECUTE FUNCTION public.exhibits_custody_kept();
CREATE TRIGGER federate AFTER INSERT ON public.referrals_referralevent REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_federate();
CREATE TRIGGER federate_insert AFTER INSERT ON public.doors_judgement REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_federate_feedback_told();
CREATE TRIGGER federate_insert AFTER INSERT ON public.outcomes_reportoutcome REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_federate_outcome_told();
CREATE TRIGGER federate_update AFTER UPDATE ON public.doors_judgement REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_federate_feedback_withdrawn();
CREATE TRIGGER federate_update AFTER UPDATE ON public.outcomes_reportoutcome REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_federate_outcome_withdrawn();
CREATE TRIGGER federate_update AFTER UPDATE ON public.retention_agreed REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_federate_retention();
CREATE TRIGGER letterversion_stays BEFORE DELETE OR UPDATE ON public.letters_letterversion FOR EACH ROW EXECUTE FUNCTION public.letters_version_stays();
CREATE TRIGGER never_changed BEFORE UPDATE ON public.safeguarding_child FOR EACH ROW EXECUTE FUNCTION public.safeguarding_never_changed();
CREATE TRIGGER never_changed BEFORE UPDATE ON public.safeguarding_childnote FOR EACH ROW EXECUTE FUNCTION public.safeguarding_never_changed();
CREATE TRIGGER never_changed BEFORE UPDATE ON public.safeguarding_preference FOR EACH ROW EXECUTE FUNCTION public.safeguarding_never_changed();
CREATE TRIGGER never_changed BEFORE UPDATE ON public.safeguarding_step FOR EACH ROW EXECUTE FUNCTION public.safeguarding_never_changed();
CREATE TRIGGER never_changed BEFORE UPDATE ON public.safeguarding_supportanswer FOR EACH ROW EXECUTE FUNCTION public.safeguarding_never_changed();
CREATE TRIGGER never_changed BEFORE UPDATE ON public.safeguarding_supportreferral FOR EACH ROW EXECUTE FUNCTION public.safeguarding_never_changed();
CREATE TRIGGER note_delete AFTER DELETE ON public.cases_caseoffence REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_of_case();
CREATE TRIGGER note_delete AFTER DELETE ON public.cases_casereport REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_case_report();
CREATE TRIGGER note_insert AFTER INSERT ON public.cases_case REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_case();
CREATE TRIGGER note_insert AFTER INSERT ON public.cases_caseoffence REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_of_case();
CREATE TRIGGER note_insert AFTER INSERT ON public.cases_casereport REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_case_report();
CREATE TRIGGER note_insert AFTER INSERT ON public.linking_member REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_link();
CREATE TRIGGER note_insert AFTER INSERT ON public.operations_membership REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_membership();
CREATE TRIGGER note_insert AFTER INSERT ON public.referrals_referral REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_of_report();
CREATE TRIGGER note_insert AFTER INSERT ON public.reports_holding REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_of_report();
CREATE TRIGGER note_update AFTER UPDATE ON public.agencies_agency REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_tree();
CREATE TRIGGER note_update AFTER UPDATE ON public.cases_case REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_case();
CREATE TRIGGER note_update AFTER UPDATE ON public.cases_caseoffence REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_of_case();
CREATE TRIGGER note_update AFTER UPDATE ON public.cases_casereport REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_case_report();
CREATE TRIGGER note_update AFTER UPDATE ON public.linking_member REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_link();
CREATE TRIGGER note_update AFTER UPDATE ON public.operations_membership REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_membership();
CREATE TRIGGER note_update AFTER UPDATE ON public.referrals_referral REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_of_report();
CREATE TRIGGER note_update AFTER UPDATE ON public.reports_report REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_note_report();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_attempts_answer FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_attempts_attempt FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_attempts_event FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_attempts_expected FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_attempts_hinttaken FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_attempts_kept FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_attempts_keptworld FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_attempts_review FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_courses_attendance FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_courses_certificate FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_courses_course FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_courses_enrolment FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_courses_entrycode FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_courses_exercise FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_courses_instructor FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_courses_paper FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_courses_session FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_courses_trainee FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON public.training_desk_desk FOR EACH STATEMENT EXECUTE FUNCTION public.training_only_in_range();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();
CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();
CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();
CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();
CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();
CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();
CREATE TRIGGER stale_delete AFTER DELETE ON public.cases_casereport REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_report();
CREATE TRIGGER stale_insert AFTER INSERT ON public.cases_casereport REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_report();
CREATE TRIGGER stale_insert AFTER INSERT ON public.cases_personevidence REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_case();
CREATE TRIGGER stale_insert AFTER INSERT ON public.cases_standingchange REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_case();
CREATE TRIGGER stale_insert AFTER INSERT ON public.doors_feedback REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_report();
CREATE TRIGGER stale_insert AFTER INSERT ON public.outcomes_reportoutcome REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_report();
CREATE TRIGGER stale_insert AFTER INSERT ON public.process_request REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_request();
CREATE TRIGGER stale_insert AFTER INSERT ON public.referrals_referral REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_report();
CREATE TRIGGER stale_insert AFTER INSERT ON public.reports_holding REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_report();
CREATE TRIGGER stale_update AFTER UPDATE ON public.agencies_agency REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_zone();
CREATE TRIGGER stale_update AFTER UPDATE ON public.attribution_reportclock REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_report();
CREATE TRIGGER stale_update AFTER UPDATE ON public.attribution_whereabouts REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_report();
CREATE TRIGGER stale_update AFTER UPDATE ON public.cases_case REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_case();
CREATE TRIGGER stale_update AFTER UPDATE ON public.cases_casereport REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_report();
CREATE TRIGGER stale_update AFTER UPDATE ON public.cases_personevidence REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_case();
CREATE TRIGGER stale_update AFTER UPDATE ON public.doors_feedback REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_report();
CREATE TRIGGER stale_update AFTER UPDATE ON public.outcomes_reportoutcome REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_report();
CREATE TRIGGER stale_update AFTER UPDATE ON public.process_request REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_request();
CREATE TRIGGER stale_update AFTER UPDATE ON public.referrals_referral REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_report();
CREATE TRIGGER stale_update AFTER UPDATE ON public.replies_reply REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_reply();
CREATE TRIGGER stale_update AFTER UPDATE ON public.reports_holding REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_report();
CREATE TRIGGER stale_update AFTER UPDATE ON public.reports_report REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_report();
CREATE TRIGGER stale_update AFTER UPDATE ON public.triage_score REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.tipline_stale_of_report();
CREATE TRIGGER stays BEFORE DELETE OR UPDATE OR TRUNCATE ON public.training_stamp FOR EACH STATEMENT EXECUTE FUNCTION public.training_stamp_stays();
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_apitoken
    ADD CONSTRAINT accounts_apitoken_person_id_3956e466_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_reporter
    ADD CONSTRAINT accounts_reporter_agency_id_06739d7c_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_reportercredential
    ADD CONSTRAINT accounts_reportercre_reporter_id_bbd3b7f9_fk_accounts_ FOREIGN KEY (reporter_id) REFERENCES public.accounts_reporter(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_agency_id_ba328885_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.agencies_agency
    ADD CONSTRAINT agencies_agency_parent_id_2087cd0c_fk_agencies_agency_id FOREIGN KEY (parent_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.agencies_agencyletterhead
    ADD CONSTRAINT agencies_agencylette_agency_id_a8b2ef1b_fk_agencies_ FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.agencies_agreement
    ADD CONSTRAINT agencies_agreement_from_agency_id_d5466123_fk_agencies_ FOREIGN KEY (from_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.agencies_agreement
    ADD CONSTRAINT agencies_agreement_to_agency_id_0eb6c36f_fk_agencies_agency_id FOREIGN KEY (to_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.agencies_agreementproposal
    ADD CONSTRAINT agencies_agreementpr_from_agency_id_7f2e11bc_fk_agencies_ FOREIGN KEY (from_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.agencies_agreementproposal
    ADD CONSTRAINT agencies_agreementpr_proposed_by_person_i_f5dbd355_fk_accounts_ FOREIGN KEY (proposed_by_person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.agencies_agreementproposal
    ADD CONSTRAINT agencies_agreementpr_to_agency_id_e4d96a23_fk_agencies_ FOREIGN KEY (to_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.agencies_deskcalendar
    ADD CONSTRAINT agencies_deskcalenda_duty_desk_id_2ab72129_fk_agencies_ FOREIGN KEY (duty_desk_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.agencies_deskcalendar
    ADD CONSTRAINT agencies_deskcalendar_agency_id_99b92dc0_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.agencies_deskcalendar
    ADD CONSTRAINT agencies_deskcalendar_deputy_id_6eac694b_fk_agencies_agency_id FOREIGN KEY (deputy_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.agencies_jurisdiction
    ADD CONSTRAINT agencies_jurisdiction_agency_id_b3b80961_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.agencies_oversight
    ADD CONSTRAINT agencies_oversight_overseen_id_5844cee0_fk_agencies_agency_id FOREIGN KEY (overseen_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.agencies_oversight
    ADD CONSTRAINT agencies_oversight_overseer_id_0cf31345_fk_agencies_agency_id FOREIGN KEY (overseer_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.api_answered
    ADD CONSTRAINT api_answered_person_id_e517d904_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.api_answered
    ADD CONSTRAINT api_answered_token_id_8db0fe94_fk_accounts_apitoken_id FOREIGN KEY (token_id) REFERENCES public.accounts_apitoken(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_addressrange
    ADD CONSTRAINT attribution_addressr_source_id_806b0571_fk_attributi FOREIGN KEY (source_id) REFERENCES public.attribution_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_attribution
    ADD CONSTRAINT attribution_attribut_sighting_id_a72d1050_fk_reports_s FOREIGN KEY (sighting_id) REFERENCES public.reports_sighting(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_attribution
    ADD CONSTRAINT attribution_attribution_report_id_2e217b84_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_earlieranswer
    ADD CONSTRAINT attribution_earliera_report_id_5dccf266_fk_reports_r FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_earlieranswer
    ADD CONSTRAINT attribution_earliera_sighting_id_7b53fa44_fk_reports_s FOREIGN KEY (sighting_id) REFERENCES public.reports_sighting(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_expirynotice
    ADD CONSTRAINT attribution_expiryno_acknowledged_by_id_71be7cdc_fk_accounts_ FOREIGN KEY (acknowledged_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_expirynotice
    ADD CONSTRAINT attribution_expiryno_agency_id_c0d5a56c_fk_agencies_ FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_expirynotice
    ADD CONSTRAINT attribution_expiryno_escalated_from_id_0658af29_fk_agencies_ FOREIGN KEY (escalated_from_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_expirynotice
    ADD CONSTRAINT attribution_expiryno_report_id_4f4a775c_fk_reports_r FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_logclock
    ADD CONSTRAINT attribution_logclock_report_id_f71f44b7_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_logclock
    ADD CONSTRAINT attribution_logclock_sighting_id_6c79beee_fk_reports_s FOREIGN KEY (sighting_id) REFERENCES public.reports_sighting(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_preservationnote
    ADD CONSTRAINT attribution_preserva_agency_id_02140f76_fk_agencies_ FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_preservationnote
    ADD CONSTRAINT attribution_preserva_person_id_278c2d66_fk_accounts_ FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_preservationnote
    ADD CONSTRAINT attribution_preserva_report_id_6a25ecfa_fk_reports_r FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_reportclock
    ADD CONSTRAINT attribution_reportclock_report_id_4bb1b490_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_sourcepart
    ADD CONSTRAINT attribution_sourcepa_source_id_c568c15d_fk_attributi FOREIGN KEY (source_id) REFERENCES public.attribution_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.attribution_whereabouts
    ADD CONSTRAINT attribution_whereabouts_report_id_af00a3e0_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.audit_publication
    ADD CONSTRAINT audit_publication_checkpoint_id_a7b3867f_fk_audit_checkpoint_id FOREIGN KEY (checkpoint_id) REFERENCES public.audit_checkpoint(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_case
    ADD CONSTRAINT cases_case_agency_id_062136fa_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_case
    ADD CONSTRAINT cases_case_investigating_office_15098106_fk_accounts_ FOREIGN KEY (investigating_officer_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_case
    ADD CONSTRAINT cases_case_opened_by_id_ed5328b2_fk_accounts_user_id FOREIGN KEY (opened_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_caseassignment
    ADD CONSTRAINT cases_caseassignment_agency_id_b204672c_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_caseassignment
    ADD CONSTRAINT cases_caseassignment_case_id_ae8d8ca1_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_caseassignment
    ADD CONSTRAINT cases_caseassignment_person_id_39944e10_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_caseending
    ADD CONSTRAINT cases_caseending_by_id_744431ae_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_caseending
    ADD CONSTRAINT cases_caseending_case_id_31f81bf0_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_casehandle
    ADD CONSTRAINT cases_casehandle_case_id_2de9e250_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_casehandle
    ADD CONSTRAINT cases_casehandle_identifier_id_d5ee8dbc_fk_reports_i FOREIGN KEY (identifier_id) REFERENCES public.reports_identifier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_casehandle
    ADD CONSTRAINT cases_casehandle_report_id_8806792c_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_caselink
    ADD CONSTRAINT cases_caselink_case_agency_id_0642ebbd_fk_agencies_agency_id FOREIGN KEY (case_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_caselink
    ADD CONSTRAINT cases_caselink_case_id_d380f93b_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_caselink
    ADD CONSTRAINT cases_caselink_ended_by_id_87da1a04_fk_accounts_user_id FOREIGN KEY (ended_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_caselink
    ADD CONSTRAINT cases_caselink_made_by_id_123695e0_fk_accounts_user_id FOREIGN KEY (made_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_caselink
    ADD CONSTRAINT cases_caselink_other_agency_id_7b9ea565_fk_agencies_agency_id FOREIGN KEY (other_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_caselink
    ADD CONSTRAINT cases_caselink_other_id_e6b4d578_fk_cases_case_id FOREIGN KEY (other_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_caseoffence
    ADD CONSTRAINT cases_caseoffence_case_id_03b16574_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_caseperson
    ADD CONSTRAINT cases_caseperson_added_by_id_2b4e315c_fk_accounts_user_id FOREIGN KEY (added_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_caseperson
    ADD CONSTRAINT cases_caseperson_case_id_f97e1a77_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_caseperson
    ADD CONSTRAINT cases_caseperson_rests_on_id_8f90bcef_fk_cases_sta FOREIGN KEY (rests_on_id) REFERENCES public.cases_standingproposal(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_casereport
    ADD CONSTRAINT cases_casereport_case_id_68166209_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_casereport
    ADD CONSTRAINT cases_casereport_referral_id_2e3a8c2a_fk_referrals_referral_id FOREIGN KEY (referral_id) REFERENCES public.referrals_referral(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_casereport
    ADD CONSTRAINT cases_casereport_report_id_a2449767_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_casetask
    ADD CONSTRAINT cases_casetask_added_by_id_1613e772_fk_accounts_user_id FOREIGN KEY (added_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_casetask
    ADD CONSTRAINT cases_casetask_assignee_id_1c4e77f5_fk_accounts_user_id FOREIGN KEY (assignee_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_casetask
    ADD CONSTRAINT cases_casetask_case_id_bf00219b_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_casetask
    ADD CONSTRAINT cases_casetask_state_by_id_cb472b1a_fk_accounts_user_id FOREIGN KEY (state_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_casetransfer
    ADD CONSTRAINT cases_casetransfer_case_id_f0843ff1_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_casetransfer
    ADD CONSTRAINT cases_casetransfer_decided_by_id_ddeb2ae3_fk_accounts_user_id FOREIGN KEY (decided_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_casetransfer
    ADD CONSTRAINT cases_casetransfer_from_agency_id_32fa5342_fk_agencies_ FOREIGN KEY (from_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_casetransfer
    ADD CONSTRAINT cases_casetransfer_offered_by_id_4a84f2ba_fk_accounts_user_id FOREIGN KEY (offered_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_casetransfer
    ADD CONSTRAINT cases_casetransfer_to_agency_id_b585194a_fk_agencies_agency_id FOREIGN KEY (to_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_diaryentry
    ADD CONSTRAINT cases_diaryentry_author_id_6b4b8363_fk_accounts_user_id FOREIGN KEY (author_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_diaryentry
    ADD CONSTRAINT cases_diaryentry_case_id_db0fbb84_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_diaryentry
    ADD CONSTRAINT cases_diaryentry_corrects_id_b562ac07_fk_cases_diaryentry_id FOREIGN KEY (corrects_id) REFERENCES public.cases_diaryentry(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_firentry
    ADD CONSTRAINT cases_firentry_by_id_f469b253_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_firentry
    ADD CONSTRAINT cases_firentry_case_id_de323d22_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_firentry
    ADD CONSTRAINT cases_firentry_corrects_id_a9d7bbbd_fk_cases_firentry_id FOREIGN KEY (corrects_id) REFERENCES public.cases_firentry(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_numbercounter
    ADD CONSTRAINT cases_numbercounter_agency_id_d1f03625_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_numberscheme
    ADD CONSTRAINT cases_numberscheme_agency_id_fab58b01_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_offenceact
    ADD CONSTRAINT cases_offenceact_by_id_ddc9be2e_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_offenceact
    ADD CONSTRAINT cases_offenceact_case_id_9ec0eb6f_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_officerchange
    ADD CONSTRAINT cases_officerchange_by_id_b9c9ab73_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_officerchange
    ADD CONSTRAINT cases_officerchange_case_id_b41be65b_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_officerchange
    ADD CONSTRAINT cases_officerchange_officer_id_06ad3c35_fk_accounts_user_id FOREIGN KEY (officer_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_personevidence
    ADD CONSTRAINT cases_personevidence_added_by_id_a51b9aa2_fk_accounts_user_id FOREIGN KEY (added_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_personevidence
    ADD CONSTRAINT cases_personevidence_case_id_01b92246_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_personevidence
    ADD CONSTRAINT cases_personevidence_handle_id_b040a8d6_fk_cases_casehandle_id FOREIGN KEY (handle_id) REFERENCES public.cases_casehandle(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_personevidence
    ADD CONSTRAINT cases_personevidence_person_id_c2a0221b_fk_cases_caseperson_id FOREIGN KEY (person_id) REFERENCES public.cases_caseperson(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_personevidence
    ADD CONSTRAINT cases_personevidence_withdrawn_by_id_50d1838a_fk_accounts_ FOREIGN KEY (withdrawn_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_preliminaryenquiry
    ADD CONSTRAINT cases_preliminaryenquiry_by_id_0738e765_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_preliminaryenquiry
    ADD CONSTRAINT cases_preliminaryenquiry_case_id_07c54899_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_proposalevidence
    ADD CONSTRAINT cases_proposaleviden_evidence_id_e1c9d227_fk_cases_per FOREIGN KEY (evidence_id) REFERENCES public.cases_personevidence(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_proposalevidence
    ADD CONSTRAINT cases_proposaleviden_proposal_id_fabdbaf1_fk_cases_sta FOREIGN KEY (proposal_id) REFERENCES public.cases_standingproposal(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_proposalevidence
    ADD CONSTRAINT cases_proposalevidence_case_id_b8b097cd_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_standingchange
    ADD CONSTRAINT cases_standingchange_by_id_b2f08175_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_standingchange
    ADD CONSTRAINT cases_standingchange_case_id_b32b9519_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_standingchange
    ADD CONSTRAINT cases_standingchange_person_id_5b659fd5_fk_cases_caseperson_id FOREIGN KEY (person_id) REFERENCES public.cases_caseperson(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_standingchange
    ADD CONSTRAINT cases_standingchange_proposal_id_06358199_fk_cases_sta FOREIGN KEY (proposal_id) REFERENCES public.cases_standingproposal(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_standingproposal
    ADD CONSTRAINT cases_standingpropos_decided_by_id_9950cea9_fk_accounts_ FOREIGN KEY (decided_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_standingproposal
    ADD CONSTRAINT cases_standingpropos_person_id_f9ef03c1_fk_cases_cas FOREIGN KEY (person_id) REFERENCES public.cases_caseperson(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_standingproposal
    ADD CONSTRAINT cases_standingpropos_proposed_by_id_77a3d114_fk_accounts_ FOREIGN KEY (proposed_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cases_standingproposal
    ADD CONSTRAINT cases_standingproposal_case_id_7aa2b96d_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.clocks_clock
    ADD CONSTRAINT clocks_clock_agency_id_44c73bcf_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.clocks_clock
    ADD CONSTRAINT clocks_clock_case_id_a0afb2ab_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.clocks_clock
    ADD CONSTRAINT clocks_clock_report_id_c57df1d5_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.clocks_pause
    ADD CONSTRAINT clocks_pause_clock_id_d5506a15_fk_clocks_clock_id FOREIGN KEY (clock_id) REFERENCES public.clocks_clock(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.clocks_pause
    ADD CONSTRAINT clocks_pause_paused_by_id_176879ab_fk_accounts_user_id FOREIGN KEY (paused_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.clocks_pause
    ADD CONSTRAINT clocks_pause_resumed_by_id_151ce92e_fk_accounts_user_id FOREIGN KEY (resumed_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cybertipline_refuseddocument
    ADD CONSTRAINT cybertipline_refused_reporter_id_2b50463d_fk_accounts_ FOREIGN KEY (reporter_id) REFERENCES public.accounts_reporter(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.doors_alert
    ADD CONSTRAINT doors_alert_acknowledged_by_id_c95eb9df_fk_accounts_user_id FOREIGN KEY (acknowledged_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.doors_alert
    ADD CONSTRAINT doors_alert_reporter_id_0a75a0c0_fk_accounts_reporter_id FOREIGN KEY (reporter_id) REFERENCES public.accounts_reporter(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.doors_doorcall
    ADD CONSTRAINT doors_doorcall_reporter_id_37d3d2b4_fk_accounts_reporter_id FOREIGN KEY (reporter_id) REFERENCES public.accounts_reporter(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.doors_feedback
    ADD CONSTRAINT doors_feedback_report_id_dbaabd93_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.doors_feedback
    ADD CONSTRAINT doors_feedback_reporter_id_049b6c97_fk_accounts_reporter_id FOREIGN KEY (reporter_id) REFERENCES public.accounts_reporter(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.doors_judgement
    ADD CONSTRAINT doors_judgement_report_id_2f628168_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.doors_judgement
    ADD CONSTRAINT doors_judgement_told_by_id_187e7856_fk_agencies_agency_id FOREIGN KEY (told_by_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.doors_providerday
    ADD CONSTRAINT doors_providerday_reporter_id_8906ae2e_fk_accounts_reporter_id FOREIGN KEY (reporter_id) REFERENCES public.accounts_reporter(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_custodyevent
    ADD CONSTRAINT exhibits_custodyeven_corrects_id_aafee6bb_fk_exhibits_ FOREIGN KEY (corrects_id) REFERENCES public.exhibits_custodyevent(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_custodyevent
    ADD CONSTRAINT exhibits_custodyeven_exhibit_id_f4ecb9e0_fk_exhibits_ FOREIGN KEY (exhibit_id) REFERENCES public.exhibits_exhibit(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_custodyevent
    ADD CONSTRAINT exhibits_custodyeven_written_by_id_aa8bb329_fk_accounts_ FOREIGN KEY (written_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_custodyevent
    ADD CONSTRAINT exhibits_custodyevent_case_id_49b8f2f0_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_exhibit
    ADD CONSTRAINT exhibits_exhibit_added_by_id_4d4ff1f2_fk_accounts_user_id FOREIGN KEY (added_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_exhibit
    ADD CONSTRAINT exhibits_exhibit_case_id_e883bc36_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_exhibitdigest
    ADD CONSTRAINT exhibits_exhibitdige_exhibit_id_a1c41818_fk_exhibits_ FOREIGN KEY (exhibit_id) REFERENCES public.exhibits_exhibit(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_exhibitdigest
    ADD CONSTRAINT exhibits_exhibitdige_recorded_by_id_0ee5aa68_fk_accounts_ FOREIGN KEY (recorded_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_exhibitdigest
    ADD CONSTRAINT exhibits_exhibitdigest_case_id_9385d10d_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_exhibithash
    ADD CONSTRAINT exhibits_exhibithash_exhibit_id_8593279b_fk_exhibits_exhibit_id FOREIGN KEY (exhibit_id) REFERENCES public.exhibits_exhibit(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_exhibitscheme
    ADD CONSTRAINT exhibits_exhibitscheme_agency_id_eb001dc2_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_hashimport
    ADD CONSTRAINT exhibits_hashimport_case_id_9deebed5_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_hashimport
    ADD CONSTRAINT exhibits_hashimport_exhibit_id_121f8edc_fk_exhibits_exhibit_id FOREIGN KEY (exhibit_id) REFERENCES public.exhibits_exhibit(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_hashimport
    ADD CONSTRAINT exhibits_hashimport_imported_by_id_a76bc451_fk_accounts_user_id FOREIGN KEY (imported_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_hashlayout
    ADD CONSTRAINT exhibits_hashlayout_agency_id_0b8912e6_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exhibits_hashlayout
    ADD CONSTRAINT exhibits_hashlayout_saved_by_id_6b03c484_fk_accounts_user_id FOREIGN KEY (saved_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.federation_below
    ADD CONSTRAINT federation_below_referral_id_52819822_fk_referrals_referral_id FOREIGN KEY (referral_id) REFERENCES public.referrals_referral(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.federation_below
    ADD CONSTRAINT federation_below_report_id_06227fd5_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.federation_incoming
    ADD CONSTRAINT federation_incoming_peer_id_d258dc3c_fk_parties_peer_id FOREIGN KEY (peer_id) REFERENCES public.parties_peer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.federation_incoming
    ADD CONSTRAINT federation_incoming_report_id_64200178_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.federation_link
    ADD CONSTRAINT federation_link_peer_id_566306ff_fk_parties_peer_id FOREIGN KEY (peer_id) REFERENCES public.parties_peer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.federation_nonce
    ADD CONSTRAINT federation_nonce_peer_id_8d5d5fa6_fk_parties_peer_id FOREIGN KEY (peer_id) REFERENCES public.parties_peer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.federation_outgoing
    ADD CONSTRAINT federation_outgoing_judgement_id_5aa43abb_fk_doors_judgement_id FOREIGN KEY (judgement_id) REFERENCES public.doors_judgement(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.federation_outgoing
    ADD CONSTRAINT federation_outgoing_outcome_id_661ff567_fk_outcomes_ FOREIGN KEY (outcome_id) REFERENCES public.outcomes_reportoutcome(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.federation_outgoing
    ADD CONSTRAINT federation_outgoing_peer_id_cb16b756_fk_parties_peer_id FOREIGN KEY (peer_id) REFERENCES public.parties_peer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.federation_outgoing
    ADD CONSTRAINT federation_outgoing_referral_id_e7c21fd3_fk_referrals FOREIGN KEY (referral_id) REFERENCES public.referrals_referral(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.federation_outgoing
    ADD CONSTRAINT federation_outgoing_report_id_84d6996c_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hash_lists_edition
    ADD CONSTRAINT hash_lists_edition_hash_list_id_898cf85c_fk_hash_list FOREIGN KEY (hash_list_id) REFERENCES public.hash_lists_hashlist(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hash_lists_entry
    ADD CONSTRAINT hash_lists_entry_hash_list_id_71c535fe_fk_hash_list FOREIGN KEY (hash_list_id) REFERENCES public.hash_lists_hashlist(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hash_lists_finding
    ADD CONSTRAINT hash_lists_finding_agency_id_d37e9bbf_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hash_lists_finding
    ADD CONSTRAINT hash_lists_finding_hash_list_id_f5e8da2d_fk_hash_list FOREIGN KEY (hash_list_id) REFERENCES public.hash_lists_hashlist(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hash_lists_finding
    ADD CONSTRAINT hash_lists_finding_person_id_7f26b2c1_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hash_lists_finding
    ADD CONSTRAINT hash_lists_finding_withdrawn_by_id_a6f03ce7_fk_accounts_user_id FOREIGN KEY (withdrawn_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hash_lists_foundhash
    ADD CONSTRAINT hash_lists_foundhash_finding_id_1e110198_fk_hash_list FOREIGN KEY (finding_id) REFERENCES public.hash_lists_finding(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hash_lists_hashlist
    ADD CONSTRAINT hash_lists_hashlist_agency_id_7d64845e_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hash_lists_hashlist
    ADD CONSTRAINT hash_lists_hashlist_created_by_id_be99b431_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hash_lists_moment
    ADD CONSTRAINT hash_lists_moment_hash_list_id_0efb27ca_fk_hash_list FOREIGN KEY (hash_list_id) REFERENCES public.hash_lists_hashlist(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hash_lists_subscriber
    ADD CONSTRAINT hash_lists_subscribe_created_by_id_ba241341_fk_accounts_ FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hash_lists_subscriber
    ADD CONSTRAINT hash_lists_subscribe_hash_list_id_f13cc53c_fk_hash_list FOREIGN KEY (hash_list_id) REFERENCES public.hash_lists_hashlist(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hash_lists_subscriber
    ADD CONSTRAINT hash_lists_subscribe_provider_id_d34a0a7f_fk_accounts_ FOREIGN KEY (provider_id) REFERENCES public.accounts_reporter(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hash_lists_subscriber
    ADD CONSTRAINT hash_lists_subscriber_peer_id_9a03a89e_fk_parties_peer_id FOREIGN KEY (peer_id) REFERENCES public.parties_peer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.leads_stepmark
    ADD CONSTRAINT leads_stepmark_agency_id_4a8f9ed1_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.leads_stepmark
    ADD CONSTRAINT leads_stepmark_person_id_3c281876_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.leads_stepmark
    ADD CONSTRAINT leads_stepmark_report_id_ef65a52f_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.letters_letter
    ADD CONSTRAINT letters_letter_case_id_5eca53e6_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.letters_letter
    ADD CONSTRAINT letters_letter_made_by_id_62e664b2_fk_accounts_user_id FOREIGN KEY (made_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.letters_letter
    ADD CONSTRAINT letters_letter_reviewed_by_id_0f3128b6_fk_accounts_user_id FOREIGN KEY (reviewed_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.letters_letter
    ADD CONSTRAINT letters_letter_withdrawn_by_id_6641bb1c_fk_accounts_user_id FOREIGN KEY (withdrawn_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.letters_letterversion
    ADD CONSTRAINT letters_letterversion_by_id_f23b795e_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.letters_letterversion
    ADD CONSTRAINT letters_letterversion_case_id_8dfe6a93_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.letters_letterversion
    ADD CONSTRAINT letters_letterversion_letter_id_9be717bb_fk_letters_letter_id FOREIGN KEY (letter_id) REFERENCES public.letters_letter(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_cluster
    ADD CONSTRAINT linking_cluster_into_id_a7cbe657_fk_linking_cluster_id FOREIGN KEY (into_id) REFERENCES public.linking_cluster(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_clusterchange
    ADD CONSTRAINT linking_clusterchang_undoes_id_96e1c40a_fk_linking_c FOREIGN KEY (undoes_id) REFERENCES public.linking_clusterchange(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_clusterchange
    ADD CONSTRAINT linking_clusterchange_cluster_id_ce7a5909_fk_linking_cluster_id FOREIGN KEY (cluster_id) REFERENCES public.linking_cluster(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_compared
    ADD CONSTRAINT linking_compared_report_id_d3e5ef44_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_cut
    ADD CONSTRAINT linking_cut_agency_id_6ff4a335_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_cut
    ADD CONSTRAINT linking_cut_by_id_b304f6cb_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_cut
    ADD CONSTRAINT linking_cut_ended_by_id_d9250bef_fk_accounts_user_id FOREIGN KEY (ended_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_cut
    ADD CONSTRAINT linking_cut_identifier_id_aac20776_fk_reports_identifier_id FOREIGN KEY (identifier_id) REFERENCES public.reports_identifier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_cut
    ADD CONSTRAINT linking_cut_report_id_6bca3940_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_edge
    ADD CONSTRAINT linking_edge_identifier_id_ceafc653_fk_reports_identifier_id FOREIGN KEY (identifier_id) REFERENCES public.reports_identifier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_edge
    ADD CONSTRAINT linking_edge_report_id_7b1f1fa9_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_edge
    ADD CONSTRAINT linking_edge_stated_id_af2f6721_fk_reports_identifier_id FOREIGN KEY (stated_id) REFERENCES public.reports_identifier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_hub
    ADD CONSTRAINT linking_hub_identifier_id_ff49330d_fk_reports_identifier_id FOREIGN KEY (identifier_id) REFERENCES public.reports_identifier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_member
    ADD CONSTRAINT linking_member_cluster_id_bdcd23b7_fk_linking_cluster_id FOREIGN KEY (cluster_id) REFERENCES public.linking_cluster(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_member
    ADD CONSTRAINT linking_member_report_id_23a3b628_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_suggestion
    ADD CONSTRAINT linking_suggestion_decided_by_id_b2f52b73_fk_accounts_user_id FOREIGN KEY (decided_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_suggestion
    ADD CONSTRAINT linking_suggestion_high_id_767e4dd6_fk_reports_report_id FOREIGN KEY (high_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_suggestion
    ADD CONSTRAINT linking_suggestion_low_id_df071711_fk_reports_report_id FOREIGN KEY (low_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_tie
    ADD CONSTRAINT linking_tie_agency_id_e0a49bad_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_tie
    ADD CONSTRAINT linking_tie_by_id_c5ca7e11_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_tie
    ADD CONSTRAINT linking_tie_ended_by_id_8e0f57ed_fk_accounts_user_id FOREIGN KEY (ended_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_tie
    ADD CONSTRAINT linking_tie_high_id_2481b354_fk_reports_report_id FOREIGN KEY (high_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.linking_tie
    ADD CONSTRAINT linking_tie_low_id_f62a1709_fk_reports_report_id FOREIGN KEY (low_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.matching_filehash
    ADD CONSTRAINT matching_filehash_file_id_3f3e0b80_fk_reports_reportedfile_id FOREIGN KEY (file_id) REFERENCES public.reports_reportedfile(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.matching_filehash
    ADD CONSTRAINT matching_filehash_report_id_a506d3c1_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.matching_filehash
    ADD CONSTRAINT matching_filehash_value_id_dc399369_fk_matching_hashvalue_id FOREIGN KEY (value_id) REFERENCES public.matching_hashvalue(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.matching_knownhash
    ADD CONSTRAINT matching_knownhash_known_list_id_8b0d3934_fk_matching_ FOREIGN KEY (known_list_id) REFERENCES public.matching_knownlist(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.matching_knownhash
    ADD CONSTRAINT matching_knownhash_value_id_52ff7a32_fk_matching_hashvalue_id FOREIGN KEY (value_id) REFERENCES public.matching_hashvalue(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.matching_knownlist
    ADD CONSTRAINT matching_knownlist_agency_id_c72e9baf_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.matching_match
    ADD CONSTRAINT matching_match_file_id_f34313a2_fk_reports_reportedfile_id FOREIGN KEY (file_id) REFERENCES public.reports_reportedfile(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.matching_match
    ADD CONSTRAINT matching_match_known_id_8035348d_fk_matching_knownhash_id FOREIGN KEY (known_id) REFERENCES public.matching_knownhash(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.matching_match
    ADD CONSTRAINT matching_match_report_id_26ab6a6b_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.matching_nearvalue
    ADD CONSTRAINT matching_nearvalue_high_id_534c5f61_fk_matching_hashvalue_id FOREIGN KEY (high_id) REFERENCES public.matching_hashvalue(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.matching_nearvalue
    ADD CONSTRAINT matching_nearvalue_low_id_9549a819_fk_matching_hashvalue_id FOREIGN KEY (low_id) REFERENCES public.matching_hashvalue(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_actionday
    ADD CONSTRAINT operations_actionday_added_by_id_4b7f28ea_fk_accounts_user_id FOREIGN KEY (added_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_actionday
    ADD CONSTRAINT operations_actionday_operation_id_944c7115_fk_operation FOREIGN KEY (operation_id) REFERENCES public.operations_operation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_boardentry
    ADD CONSTRAINT operations_boardentr_corrects_id_1de4a2de_fk_operation FOREIGN KEY (corrects_id) REFERENCES public.operations_boardentry(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_boardentry
    ADD CONSTRAINT operations_boardentr_day_id_0bb56cd1_fk_operation FOREIGN KEY (day_id) REFERENCES public.operations_actionday(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_boardentry
    ADD CONSTRAINT operations_boardentr_operation_id_fdff539c_fk_operation FOREIGN KEY (operation_id) REFERENCES public.operations_operation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_boardentry
    ADD CONSTRAINT operations_boardentry_agency_id_c086beb1_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_boardentry
    ADD CONSTRAINT operations_boardentry_by_id_7959d49f_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_closing
    ADD CONSTRAINT operations_closing_by_id_2a0e58fb_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_closing
    ADD CONSTRAINT operations_closing_operation_id_9efaabf5_fk_operation FOREIGN KEY (operation_id) REFERENCES public.operations_operation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_districttask
    ADD CONSTRAINT operations_districtt_agency_id_a54dbaa3_fk_agencies_ FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_districttask
    ADD CONSTRAINT operations_districtt_operation_id_01eecf7a_fk_operation FOREIGN KEY (operation_id) REFERENCES public.operations_operation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_districttask
    ADD CONSTRAINT operations_districtt_state_by_id_b7b33ccd_fk_accounts_ FOREIGN KEY (state_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_districttask
    ADD CONSTRAINT operations_districtt_task_id_a50451d5_fk_operation FOREIGN KEY (task_id) REFERENCES public.operations_operationtask(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_districttask
    ADD CONSTRAINT operations_districttask_officer_id_f3e92c37_fk_accounts_user_id FOREIGN KEY (officer_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_fact
    ADD CONSTRAINT operations_fact_operation_id_c0a771bd_fk_operation FOREIGN KEY (operation_id) REFERENCES public.operations_operation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_fact
    ADD CONSTRAINT operations_fact_report_id_9d9f9265_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_goal
    ADD CONSTRAINT operations_goal_operation_id_397eb2ea_fk_operation FOREIGN KEY (operation_id) REFERENCES public.operations_operation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_membership
    ADD CONSTRAINT operations_membershi_operation_id_59d76218_fk_operation FOREIGN KEY (operation_id) REFERENCES public.operations_operation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_membership
    ADD CONSTRAINT operations_membershi_taken_out_by_id_3c5de5a3_fk_accounts_ FOREIGN KEY (taken_out_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_membership
    ADD CONSTRAINT operations_membership_added_by_id_6a0e777e_fk_accounts_user_id FOREIGN KEY (added_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_membership
    ADD CONSTRAINT operations_membership_case_id_6976e92e_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_membership
    ADD CONSTRAINT operations_membership_report_id_7f73f964_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_membership
    ADD CONSTRAINT operations_membership_rule_id_ff58cf9e_fk_operations_rule_id FOREIGN KEY (rule_id) REFERENCES public.operations_rule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_operationtask
    ADD CONSTRAINT operations_operation_added_by_id_ec596ef5_fk_accounts_ FOREIGN KEY (added_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_operationmember
    ADD CONSTRAINT operations_operation_agency_id_6ae4f824_fk_agencies_ FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_operation
    ADD CONSTRAINT operations_operation_agency_id_888f5a72_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_operationagency
    ADD CONSTRAINT operations_operation_agency_id_9a41b27e_fk_agencies_ FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_operation
    ADD CONSTRAINT operations_operation_lead_officer_id_4ada5f0d_fk_accounts_ FOREIGN KEY (lead_officer_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_operationtask
    ADD CONSTRAINT operations_operation_operation_id_0bd66a54_fk_operation FOREIGN KEY (operation_id) REFERENCES public.operations_operation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_operationmember
    ADD CONSTRAINT operations_operation_operation_id_e75e9200_fk_operation FOREIGN KEY (operation_id) REFERENCES public.operations_operation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_operationagency
    ADD CONSTRAINT operations_operation_operation_id_fa751734_fk_operation FOREIGN KEY (operation_id) REFERENCES public.operations_operation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_operationmember
    ADD CONSTRAINT operations_operation_person_id_893ae725_fk_accounts_ FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_operationtask
    ADD CONSTRAINT operations_operation_phase_id_e158fb56_fk_operation FOREIGN KEY (phase_id) REFERENCES public.operations_phase(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_phase
    ADD CONSTRAINT operations_phase_operation_id_408d6e58_fk_operation FOREIGN KEY (operation_id) REFERENCES public.operations_operation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_rule
    ADD CONSTRAINT operations_rule_added_by_id_e3a3b9bb_fk_accounts_user_id FOREIGN KEY (added_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_rule
    ADD CONSTRAINT operations_rule_cluster_id_3fe7dbd2_fk_reports_report_id FOREIGN KEY (cluster_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_rule
    ADD CONSTRAINT operations_rule_district_id_d51bc170_fk_agencies_agency_id FOREIGN KEY (district_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_rule
    ADD CONSTRAINT operations_rule_operation_id_855a8edf_fk_operation FOREIGN KEY (operation_id) REFERENCES public.operations_operation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_rule
    ADD CONSTRAINT operations_rule_reporter_id_7ee8afe4_fk_accounts_reporter_id FOREIGN KEY (reporter_id) REFERENCES public.accounts_reporter(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_tally
    ADD CONSTRAINT operations_tally_operation_id_27949ad0_fk_operation FOREIGN KEY (operation_id) REFERENCES public.operations_operation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.outcomes_outcome
    ADD CONSTRAINT outcomes_outcome_agency_id_58c1b501_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.outcomes_outcome
    ADD CONSTRAINT outcomes_outcome_case_id_40f8aa64_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.outcomes_outcome
    ADD CONSTRAINT outcomes_outcome_recorded_by_id_413674c1_fk_accounts_user_id FOREIGN KEY (recorded_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.outcomes_outcome
    ADD CONSTRAINT outcomes_outcome_withdrawn_by_id_208c1ce6_fk_accounts_user_id FOREIGN KEY (withdrawn_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.outcomes_reminder
    ADD CONSTRAINT outcomes_reminder_acknowledged_by_id_c49d2c62_fk_accounts_ FOREIGN KEY (acknowledged_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.outcomes_reminder
    ADD CONSTRAINT outcomes_reminder_agency_id_ec2c3a1c_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.outcomes_reminder
    ADD CONSTRAINT outcomes_reminder_case_id_8125eaf0_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.outcomes_reminder
    ADD CONSTRAINT outcomes_reminder_report_id_93aea4cd_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.outcomes_reportoutcome
    ADD CONSTRAINT outcomes_reportoutco_outcome_id_1ab1ed4f_fk_outcomes_ FOREIGN KEY (outcome_id) REFERENCES public.outcomes_outcome(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.outcomes_reportoutcome
    ADD CONSTRAINT outcomes_reportoutcome_agency_id_3487d0dd_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.outcomes_reportoutcome
    ADD CONSTRAINT outcomes_reportoutcome_report_id_9bfd4f71_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_refusedpackage
    ADD CONSTRAINT packages_refusedpack_agency_id_af93f3e2_fk_agencies_ FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_sealedrelease
    ADD CONSTRAINT packages_sealedrelea_decided_by_id_ae2b3b3c_fk_accounts_ FOREIGN KEY (decided_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_sealedrelease
    ADD CONSTRAINT packages_sealedrelea_from_agency_id_a7232ae5_fk_agencies_ FOREIGN KEY (from_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_sealedrelease
    ADD CONSTRAINT packages_sealedrelea_package_id_25b019e4_fk_packages_ FOREIGN KEY (package_id) REFERENCES public.packages_sentpackage(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_sealedrelease
    ADD CONSTRAINT packages_sealedrelea_proposed_by_id_59875418_fk_accounts_ FOREIGN KEY (proposed_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_sealedrelease
    ADD CONSTRAINT packages_sealedrelea_referral_id_58a43f7b_fk_referrals FOREIGN KEY (referral_id) REFERENCES public.referrals_referral(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_sealedrelease
    ADD CONSTRAINT packages_sealedrelease_report_id_183789e5_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_senthop
    ADD CONSTRAINT packages_senthop_package_id_f962b81d_fk_packages_sentpackage_id FOREIGN KEY (package_id) REFERENCES public.packages_sentpackage(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_senthop
    ADD CONSTRAINT packages_senthop_referral_id_fc950b13_fk_referrals_referral_id FOREIGN KEY (referral_id) REFERENCES public.referrals_referral(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_senthop
    ADD CONSTRAINT packages_senthop_report_id_34c75104_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_sentpackage
    ADD CONSTRAINT packages_sentpackage_from_agency_id_336c985a_fk_agencies_ FOREIGN KEY (from_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_sentpackage
    ADD CONSTRAINT packages_sentpackage_to_agency_id_be8498f7_fk_agencies_ FOREIGN KEY (to_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_takenpackage
    ADD CONSTRAINT packages_takenpackag_from_agency_id_422ab7e7_fk_agencies_ FOREIGN KEY (from_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_takenpackage
    ADD CONSTRAINT packages_takenpackag_to_agency_id_02c40862_fk_agencies_ FOREIGN KEY (to_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_takenreturn
    ADD CONSTRAINT packages_takenreturn_peer_id_35447617_fk_parties_peer_id FOREIGN KEY (peer_id) REFERENCES public.parties_peer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.parties_linkalert
    ADD CONSTRAINT parties_linkalert_seen_by_id_d6159059_fk_accounts_user_id FOREIGN KEY (seen_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.parties_peer
    ADD CONSTRAINT parties_peer_added_by_person_id_26e66348_fk_accounts_user_id FOREIGN KEY (added_by_person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.parties_peerkey
    ADD CONSTRAINT parties_peerkey_peer_id_a399bb9d_fk_parties_peer_id FOREIGN KEY (peer_id) REFERENCES public.parties_peer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.parties_remotedesk
    ADD CONSTRAINT parties_remotedesk_agency_id_2c358718_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.parties_remotedesk
    ADD CONSTRAINT parties_remotedesk_peer_id_21beab3b_fk_parties_peer_id FOREIGN KEY (peer_id) REFERENCES public.parties_peer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pipeline_quarantine
    ADD CONSTRAINT pipeline_quarantine_report_id_e1438c42_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pipeline_stagerun
    ADD CONSTRAINT pipeline_stagerun_report_id_c0ecf83a_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.process_request
    ADD CONSTRAINT process_request_agency_id_27b51c08_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.process_request
    ADD CONSTRAINT process_request_case_id_9a7b70a0_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.process_request
    ADD CONSTRAINT process_request_made_by_id_02eceaca_fk_accounts_user_id FOREIGN KEY (made_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.process_requestalert
    ADD CONSTRAINT process_requestalert_acknowledged_by_id_1ac47042_fk_accounts_ FOREIGN KEY (acknowledged_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.process_requestalert
    ADD CONSTRAINT process_requestalert_agency_id_baa291ef_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.process_requestalert
    ADD CONSTRAINT process_requestalert_case_id_bcad7f59_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.process_requestalert
    ADD CONSTRAINT process_requestalert_request_id_4c654f75_fk_process_request_id FOREIGN KEY (request_id) REFERENCES public.process_request(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.process_requestevent
    ADD CONSTRAINT process_requestevent_case_id_fec41049_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.process_requestevent
    ADD CONSTRAINT process_requestevent_person_id_956339ff_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.process_requestevent
    ADD CONSTRAINT process_requestevent_request_id_f1e7f548_fk_process_request_id FOREIGN KEY (request_id) REFERENCES public.process_request(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.process_requestitem
    ADD CONSTRAINT process_requestitem_case_id_1e4df998_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.process_requestitem
    ADD CONSTRAINT process_requestitem_request_id_7d831269_fk_process_request_id FOREIGN KEY (request_id) REFERENCES public.process_request(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);
ALTER TABLE ONLY public.public_form_message
    ADD CONSTRAINT public_form_message_author_id_894f5c67_fk_accounts_user_id FOREIGN KEY (author_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.public_form_message
    ADD CONSTRAINT public_form_message_report_id_a6423582_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.public_form_publiccontact
    ADD CONSTRAINT public_form_publicco_report_id_d17a9de7_fk_reports_r FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.public_form_publicreport
    ADD CONSTRAINT public_form_publicre_report_id_4c8a3716_fk_reports_r FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.publishing_draw
    ADD CONSTRAINT publishing_draw_agency_id_71772120_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.publishing_publishedfile
    ADD CONSTRAINT publishing_published_agency_id_05785953_fk_agencies_ FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.publishing_publishedfile
    ADD CONSTRAINT publishing_published_scheduled_id_052ba0d5_fk_publishin FOREIGN KEY (scheduled_id) REFERENCES public.publishing_scheduledreport(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.publishing_publishedfile
    ADD CONSTRAINT publishing_published_transparency_id_afe57111_fk_publishin FOREIGN KEY (transparency_id) REFERENCES public.publishing_transparency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.publishing_schedule
    ADD CONSTRAINT publishing_schedule_agency_id_d6ae92de_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.publishing_scheduledreport
    ADD CONSTRAINT publishing_scheduled_agency_id_f9165226_fk_agencies_ FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.publishing_scheduledreport
    ADD CONSTRAINT publishing_scheduled_schedule_id_1b0c0ca4_fk_publishin FOREIGN KEY (schedule_id) REFERENCES public.publishing_schedule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.publishing_transparency
    ADD CONSTRAINT publishing_transpare_agency_id_40c1ca9a_fk_agencies_ FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.publishing_transparency
    ADD CONSTRAINT publishing_transpare_preparer_id_181a21a3_fk_accounts_ FOREIGN KEY (preparer_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.publishing_transparency
    ADD CONSTRAINT publishing_transparency_decider_id_3f2a1a15_fk_accounts_user_id FOREIGN KEY (decider_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.publishing_transparency
    ADD CONSTRAINT publishing_transparency_draw_id_0c5e2a82_fk_publishing_draw_id FOREIGN KEY (draw_id) REFERENCES public.publishing_draw(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.records_hoporigin
    ADD CONSTRAINT records_hoporigin_referral_id_a36dd4d8_fk_referrals_referral_id FOREIGN KEY (referral_id) REFERENCES public.referrals_referral(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.records_hoporigin
    ADD CONSTRAINT records_hoporigin_report_id_584a33d3_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.records_reportorigin
    ADD CONSTRAINT records_reportorigin_report_id_d3de0f84_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_deskrow
    ADD CONSTRAINT referrals_deskrow_agency_id_69e5c9c4_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_deskrow
    ADD CONSTRAINT referrals_deskrow_report_id_33c3df92_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_duenotice
    ADD CONSTRAINT referrals_duenotice_acknowledged_by_id_5db1a482_fk_accounts_ FOREIGN KEY (acknowledged_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_duenotice
    ADD CONSTRAINT referrals_duenotice_agency_id_478497d8_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_duenotice
    ADD CONSTRAINT referrals_duenotice_desk_id_37831b26_fk_agencies_agency_id FOREIGN KEY (desk_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_duenotice
    ADD CONSTRAINT referrals_duenotice_referral_id_0127949a_fk_referrals FOREIGN KEY (referral_id) REFERENCES public.referrals_referral(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_duenotice
    ADD CONSTRAINT referrals_duenotice_report_id_ca7e2d73_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_from_agency_id_a3021afe_fk_agencies_ FOREIGN KEY (from_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_merged_into_id_ee8883ed_fk_referrals FOREIGN KEY (merged_into_id) REFERENCES public.referrals_referral(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_report_id_5e7b2b41_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_to_agency_id_a3715247_fk_agencies_agency_id FOREIGN KEY (to_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_referralevent
    ADD CONSTRAINT referrals_referralev_agency_id_ba16224c_fk_agencies_ FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_referralevent
    ADD CONSTRAINT referrals_referralev_referral_id_e2ad0427_fk_referrals FOREIGN KEY (referral_id) REFERENCES public.referrals_referral(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_referralevent
    ADD CONSTRAINT referrals_referralevent_person_id_dbdc338b_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_referralevent
    ADD CONSTRAINT referrals_referralevent_report_id_f115972f_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_standingrule
    ADD CONSTRAINT referrals_standingrule_agency_id_9048d536_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_waiting
    ADD CONSTRAINT referrals_waiting_agency_id_4d462727_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referrals_waiting
    ADD CONSTRAINT referrals_waiting_report_id_555b17f4_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.replies_reply
    ADD CONSTRAINT replies_reply_applied_by_id_8916f1a8_fk_accounts_user_id FOREIGN KEY (applied_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.replies_reply
    ADD CONSTRAINT replies_reply_case_id_613d1da0_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.replies_reply
    ADD CONSTRAINT replies_reply_decided_by_id_357e1cec_fk_accounts_user_id FOREIGN KEY (decided_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.replies_reply
    ADD CONSTRAINT replies_reply_received_by_id_a2ac370a_fk_accounts_user_id FOREIGN KEY (received_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.replies_reply
    ADD CONSTRAINT replies_reply_report_id_7d665b93_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.replies_reply
    ADD CONSTRAINT replies_reply_request_id_8bb99670_fk_process_request_id FOREIGN KEY (request_id) REFERENCES public.process_request(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.replies_replyfile
    ADD CONSTRAINT replies_replyfile_case_id_90f20840_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.replies_replyfile
    ADD CONSTRAINT replies_replyfile_reply_id_818ce6f8_fk_replies_reply_id FOREIGN KEY (reply_id) REFERENCES public.replies_reply(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.replies_replyfinding
    ADD CONSTRAINT replies_replyfinding_case_id_f22bdc67_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.replies_replyfinding
    ADD CONSTRAINT replies_replyfinding_reply_id_a3aedd65_fk_replies_reply_id FOREIGN KEY (reply_id) REFERENCES public.replies_reply(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.replies_replyfinding
    ADD CONSTRAINT replies_replyfinding_report_id_9e633dd9_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.replies_replyfinding
    ADD CONSTRAINT replies_replyfinding_row_id_ff08b32d_fk_replies_replyrow_id FOREIGN KEY (row_id) REFERENCES public.replies_replyrow(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.replies_replyfinding
    ADD CONSTRAINT replies_replyfinding_sighting_id_c5e837f9_fk_reports_s FOREIGN KEY (sighting_id) REFERENCES public.reports_sighting(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.replies_replymapping
    ADD CONSTRAINT replies_replymapping_agency_id_12a7cf9b_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.replies_replymapping
    ADD CONSTRAINT replies_replymapping_made_by_id_3898dd19_fk_accounts_user_id FOREIGN KEY (made_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_document
    ADD CONSTRAINT reports_document_report_id_7e93e981_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_document
    ADD CONSTRAINT reports_document_reported_file_id_bf4736cc_fk_reports_r FOREIGN KEY (reported_file_id) REFERENCES public.reports_reportedfile(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_holding
    ADD CONSTRAINT reports_holding_agency_id_25903f0d_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_holding
    ADD CONSTRAINT reports_holding_report_id_893ebb7e_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_person
    ADD CONSTRAINT reports_person_parent_id_045225f4_fk_reports_person_id FOREIGN KEY (parent_id) REFERENCES public.reports_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_person
    ADD CONSTRAINT reports_person_report_id_2a6cf201_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_report
    ADD CONSTRAINT reports_report_probable_repeat_of_i_aeac8267_fk_reports_r FOREIGN KEY (probable_repeat_of_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_report
    ADD CONSTRAINT reports_report_receiving_agency_id_382e8239_fk_agencies_ FOREIGN KEY (receiving_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_report
    ADD CONSTRAINT reports_report_reporter_id_d54be306_fk_accounts_reporter_id FOREIGN KEY (reporter_id) REFERENCES public.accounts_reporter(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_reportedfile
    ADD CONSTRAINT reports_reportedfile_report_id_649623ad_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_sighting
    ADD CONSTRAINT reports_sighting_identifier_id_ea18c1fa_fk_reports_i FOREIGN KEY (identifier_id) REFERENCES public.reports_identifier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_sighting
    ADD CONSTRAINT reports_sighting_person_id_76ccad17_fk_reports_person_id FOREIGN KEY (person_id) REFERENCES public.reports_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_sighting
    ADD CONSTRAINT reports_sighting_report_id_34589abb_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_sighting
    ADD CONSTRAINT reports_sighting_reported_file_id_a256683f_fk_reports_r FOREIGN KEY (reported_file_id) REFERENCES public.reports_reportedfile(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_unmasking
    ADD CONSTRAINT reports_unmasking_agency_id_e6a134c9_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_unmasking
    ADD CONSTRAINT reports_unmasking_person_id_e2513a7a_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_unmaskingend
    ADD CONSTRAINT reports_unmaskingend_unmasking_id_5b39752d_fk_reports_u FOREIGN KEY (unmasking_id) REFERENCES public.reports_unmasking(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_unmaskingreview
    ADD CONSTRAINT reports_unmaskingrev_reviewer_id_0281747a_fk_accounts_ FOREIGN KEY (reviewer_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_unmaskingreview
    ADD CONSTRAINT reports_unmaskingrev_unmasking_id_876868ed_fk_reports_u FOREIGN KEY (unmasking_id) REFERENCES public.reports_unmasking(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_agreed
    ADD CONSTRAINT retention_agreed_from_agency_id_c10263f3_fk_agencies_agency_id FOREIGN KEY (from_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_agreed
    ADD CONSTRAINT retention_agreed_referral_id_a111d0b3_fk_referrals_referral_id FOREIGN KEY (referral_id) REFERENCES public.referrals_referral(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_agreed
    ADD CONSTRAINT retention_agreed_report_id_503548a4_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_agreed
    ADD CONSTRAINT retention_agreed_to_agency_id_8bb9ebf1_fk_agencies_agency_id FOREIGN KEY (to_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_certificate
    ADD CONSTRAINT retention_certificat_destruction_id_08dde3bc_fk_retention FOREIGN KEY (destruction_id) REFERENCES public.retention_destruction(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_certificate
    ADD CONSTRAINT retention_certificate_agency_id_a5a5ad5a_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_destructionitem
    ADD CONSTRAINT retention_destructio_agency_id_92fb280f_fk_agencies_ FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_destructionitem
    ADD CONSTRAINT retention_destructio_destruction_id_67139171_fk_retention FOREIGN KEY (destruction_id) REFERENCES public.retention_destruction(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_destructionitem
    ADD CONSTRAINT retention_destructio_report_id_b630b021_fk_reports_r FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_destruction
    ADD CONSTRAINT retention_destruction_agency_id_2bc4c85f_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_destruction
    ADD CONSTRAINT retention_destruction_decider_id_4d04b2bd_fk_accounts_user_id FOREIGN KEY (decider_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_destruction
    ADD CONSTRAINT retention_destruction_orderer_id_cbfeb243_fk_accounts_user_id FOREIGN KEY (orderer_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_destructionitem
    ADD CONSTRAINT retention_destructionitem_case_id_4c43fa0d_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_hold
    ADD CONSTRAINT retention_hold_agency_id_65309d32_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_hold
    ADD CONSTRAINT retention_hold_case_id_23122b86_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_hold
    ADD CONSTRAINT retention_hold_report_id_22295ed0_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.retention_schedule
    ADD CONSTRAINT retention_schedule_agency_id_6b9d177a_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_decision
    ADD CONSTRAINT routing_decision_agency_id_8baccda5_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_decision
    ADD CONSTRAINT routing_decision_report_id_6e0be57d_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_decisiondesk
    ADD CONSTRAINT routing_decisiondesk_agency_id_b51ee1f1_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_decisiondesk
    ADD CONSTRAINT routing_decisiondesk_report_id_199ae33b_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_reroute
    ADD CONSTRAINT routing_reroute_new_agency_id_adc2e8a4_fk_agencies_agency_id FOREIGN KEY (new_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_reroute
    ADD CONSTRAINT routing_reroute_old_agency_id_bc1e3d50_fk_agencies_agency_id FOREIGN KEY (old_agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_reroute
    ADD CONSTRAINT routing_reroute_report_id_533b37e3_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_rulepreview
    ADD CONSTRAINT routing_rulepreview_against_id_65974566_fk_routing_ruleset_id FOREIGN KEY (against_id) REFERENCES public.routing_ruleset(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_rulepreview
    ADD CONSTRAINT routing_rulepreview_agency_id_9d7dc0ac_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_rulepreview
    ADD CONSTRAINT routing_rulepreview_rule_set_id_487a9db6_fk_routing_ruleset_id FOREIGN KEY (rule_set_id) REFERENCES public.routing_ruleset(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_rulepreview
    ADD CONSTRAINT routing_rulepreview_sample_id_198e60ab_fk_routing_rulesample_id FOREIGN KEY (sample_id) REFERENCES public.routing_rulesample(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_rulesample
    ADD CONSTRAINT routing_rulesample_agency_id_bab4d80d_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_ruleset
    ADD CONSTRAINT routing_ruleset_based_on_id_4bdffc29_fk_routing_ruleset_id FOREIGN KEY (based_on_id) REFERENCES public.routing_ruleset(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_child
    ADD CONSTRAINT safeguarding_child_added_by_id_e8860d5e_fk_accounts_user_id FOREIGN KEY (added_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_child
    ADD CONSTRAINT safeguarding_child_case_id_5fed8448_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_childnote
    ADD CONSTRAINT safeguarding_childno_child_id_3682ca69_fk_safeguard FOREIGN KEY (child_id) REFERENCES public.safeguarding_child(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_childnote
    ADD CONSTRAINT safeguarding_childno_corrects_id_93abf508_fk_safeguard FOREIGN KEY (corrects_id) REFERENCES public.safeguarding_childnote(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_childnote
    ADD CONSTRAINT safeguarding_childno_written_by_id_ff2f920d_fk_accounts_ FOREIGN KEY (written_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_childnote
    ADD CONSTRAINT safeguarding_childnote_case_id_937b29a6_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_preference
    ADD CONSTRAINT safeguarding_prefere_child_id_1a80930b_fk_safeguard FOREIGN KEY (child_id) REFERENCES public.safeguarding_child(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_preference
    ADD CONSTRAINT safeguarding_prefere_written_by_id_d03e9dd2_fk_accounts_ FOREIGN KEY (written_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_preference
    ADD CONSTRAINT safeguarding_preference_case_id_d1b9f7d8_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_step
    ADD CONSTRAINT safeguarding_step_case_id_14b66fc1_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_step
    ADD CONSTRAINT safeguarding_step_child_id_8c4126b0_fk_safeguarding_child_id FOREIGN KEY (child_id) REFERENCES public.safeguarding_child(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_step
    ADD CONSTRAINT safeguarding_step_withdraws_id_f019b4c4_fk_safeguarding_step_id FOREIGN KEY (withdraws_id) REFERENCES public.safeguarding_step(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_step
    ADD CONSTRAINT safeguarding_step_written_by_id_5c8906f9_fk_accounts_user_id FOREIGN KEY (written_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_supportreferral
    ADD CONSTRAINT safeguarding_support_child_id_33dfa087_fk_safeguard FOREIGN KEY (child_id) REFERENCES public.safeguarding_child(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_supportanswer
    ADD CONSTRAINT safeguarding_support_referral_id_336d2704_fk_safeguard FOREIGN KEY (referral_id) REFERENCES public.safeguarding_supportreferral(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_supportreferral
    ADD CONSTRAINT safeguarding_support_written_by_id_85d800ba_fk_accounts_ FOREIGN KEY (written_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_supportanswer
    ADD CONSTRAINT safeguarding_support_written_by_id_e560b424_fk_accounts_ FOREIGN KEY (written_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_supportanswer
    ADD CONSTRAINT safeguarding_supportanswer_case_id_19c7e54c_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.safeguarding_supportreferral
    ADD CONSTRAINT safeguarding_supportreferral_case_id_ad353bd8_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sandbox_sandboxfile
    ADD CONSTRAINT sandbox_sandboxfile_sandbox_report_id_e893a766_fk_sandbox_s FOREIGN KEY (sandbox_report_id) REFERENCES public.sandbox_sandboxreport(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sandbox_sandboxreport
    ADD CONSTRAINT sandbox_sandboxrepor_reporter_id_979255d1_fk_accounts_ FOREIGN KEY (reporter_id) REFERENCES public.accounts_reporter(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_social_account_id_951f210e_fk_socialacc FOREIGN KEY (account_id) REFERENCES public.socialaccount_socialaccount(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_social_app_id_636a42d7_fk_socialacc FOREIGN KEY (app_id) REFERENCES public.socialaccount_socialapp(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.socialaccount_socialaccount
    ADD CONSTRAINT socialaccount_social_user_id_8146e70c_fk_accounts_ FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.statistics_cell
    ADD CONSTRAINT statistics_cell_agency_id_285a930f_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.statistics_fact
    ADD CONSTRAINT statistics_fact_agency_id_dd6c0624_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.statistics_fact
    ADD CONSTRAINT statistics_fact_desk_id_91474f8d_fk_agencies_agency_id FOREIGN KEY (desk_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.statistics_fact
    ADD CONSTRAINT statistics_fact_provider_id_07817ffc_fk_accounts_reporter_id FOREIGN KEY (provider_id) REFERENCES public.accounts_reporter(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.statistics_fact
    ADD CONSTRAINT statistics_fact_report_id_298c4e35_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.statistics_requestfact
    ADD CONSTRAINT statistics_requestfa_request_id_7c23cfe0_fk_process_r FOREIGN KEY (request_id) REFERENCES public.process_request(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.statistics_requestfact
    ADD CONSTRAINT statistics_requestfact_agency_id_128bd4a1_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.statistics_snapshot
    ADD CONSTRAINT statistics_snapshot_agency_id_720c2847_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.statistics_snapshot
    ADD CONSTRAINT statistics_snapshot_kept_by_id_acb31726_fk_accounts_user_id FOREIGN KEY (kept_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.statistics_tally
    ADD CONSTRAINT statistics_tally_agency_id_7a067657_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_answer
    ADD CONSTRAINT training_attempts_an_attempt_id_86d0e349_fk_training_ FOREIGN KEY (attempt_id) REFERENCES public.training_attempts_attempt(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_answer
    ADD CONSTRAINT training_attempts_answer_by_id_322da1d1_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_attempt
    ADD CONSTRAINT training_attempts_at_course_id_3b0ac4d5_fk_training_ FOREIGN KEY (course_id) REFERENCES public.training_courses_course(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_attempt
    ADD CONSTRAINT training_attempts_at_enrolment_id_0d97263e_fk_training_ FOREIGN KEY (enrolment_id) REFERENCES public.training_courses_enrolment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_attempt
    ADD CONSTRAINT training_attempts_at_exercise_id_8730e612_fk_training_ FOREIGN KEY (exercise_id) REFERENCES public.training_courses_exercise(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_attempt
    ADD CONSTRAINT training_attempts_at_started_by_id_3b63fa21_fk_accounts_ FOREIGN KEY (started_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_attempt
    ADD CONSTRAINT training_attempts_at_tried_by_id_b09d4c64_fk_accounts_ FOREIGN KEY (tried_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_event
    ADD CONSTRAINT training_attempts_ev_attempt_id_a4025830_fk_training_ FOREIGN KEY (attempt_id) REFERENCES public.training_attempts_attempt(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_event
    ADD CONSTRAINT training_attempts_ev_other_id_46bcdff7_fk_training_ FOREIGN KEY (other_id) REFERENCES public.training_attempts_attempt(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_event
    ADD CONSTRAINT training_attempts_event_by_id_ad6fe6b9_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_expected
    ADD CONSTRAINT training_attempts_ex_attempt_id_6577da1a_fk_training_ FOREIGN KEY (attempt_id) REFERENCES public.training_attempts_attempt(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_expected
    ADD CONSTRAINT training_attempts_ex_exercise_id_ebeaadfb_fk_training_ FOREIGN KEY (exercise_id) REFERENCES public.training_courses_exercise(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_hinttaken
    ADD CONSTRAINT training_attempts_hi_attempt_id_3f98d474_fk_training_ FOREIGN KEY (attempt_id) REFERENCES public.training_attempts_attempt(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_hinttaken
    ADD CONSTRAINT training_attempts_hinttaken_by_id_ff8bb636_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_kept
    ADD CONSTRAINT training_attempts_ke_attempt_id_2915edd4_fk_training_ FOREIGN KEY (attempt_id) REFERENCES public.training_attempts_attempt(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_kept
    ADD CONSTRAINT training_attempts_kept_by_id_6b774e2c_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempts_review
    ADD CONSTRAINT training_attempts_review_by_id_803aab85_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_attendance
    ADD CONSTRAINT training_courses_att_enrolment_id_391aa0c7_fk_training_ FOREIGN KEY (enrolment_id) REFERENCES public.training_courses_enrolment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_attendance
    ADD CONSTRAINT training_courses_att_noted_by_id_c251d5f3_fk_accounts_ FOREIGN KEY (noted_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_attendance
    ADD CONSTRAINT training_courses_att_session_id_808324d7_fk_training_ FOREIGN KEY (session_id) REFERENCES public.training_courses_session(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_certificate
    ADD CONSTRAINT training_courses_cer_enrolment_id_1ff90758_fk_training_ FOREIGN KEY (enrolment_id) REFERENCES public.training_courses_enrolment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_certificate
    ADD CONSTRAINT training_courses_cer_issued_by_id_46b6fb54_fk_accounts_ FOREIGN KEY (issued_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_certificate
    ADD CONSTRAINT training_courses_cer_revoked_by_id_d4bc04a5_fk_accounts_ FOREIGN KEY (revoked_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_course
    ADD CONSTRAINT training_courses_course_made_by_id_a37725ad_fk_accounts_user_id FOREIGN KEY (made_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_enrolment
    ADD CONSTRAINT training_courses_enr_course_id_2ab94ce3_fk_training_ FOREIGN KEY (course_id) REFERENCES public.training_courses_course(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_enrolment
    ADD CONSTRAINT training_courses_enr_trainee_id_f5d2379b_fk_training_ FOREIGN KEY (trainee_id) REFERENCES public.training_courses_trainee(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_entrycode
    ADD CONSTRAINT training_courses_ent_enrolment_id_9606871e_fk_training_ FOREIGN KEY (enrolment_id) REFERENCES public.training_courses_enrolment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_exercise
    ADD CONSTRAINT training_courses_exe_course_id_ddc0eae3_fk_training_ FOREIGN KEY (course_id) REFERENCES public.training_courses_course(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_instructor
    ADD CONSTRAINT training_courses_ins_course_id_052d51f2_fk_training_ FOREIGN KEY (course_id) REFERENCES public.training_courses_course(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_instructor
    ADD CONSTRAINT training_courses_ins_user_id_922433ac_fk_accounts_ FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_paper
    ADD CONSTRAINT training_courses_pap_enrolment_id_f22a348b_fk_training_ FOREIGN KEY (enrolment_id) REFERENCES public.training_courses_enrolment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_session
    ADD CONSTRAINT training_courses_ses_course_id_f818af87_fk_training_ FOREIGN KEY (course_id) REFERENCES public.training_courses_course(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_courses_trainee
    ADD CONSTRAINT training_courses_trainee_user_id_0f14b05c_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_desk_desk
    ADD CONSTRAINT training_desk_desk_account_id_8f7a6a52_fk_accounts_user_id FOREIGN KEY (account_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_desk_desk
    ADD CONSTRAINT training_desk_desk_agency_id_37e560f8_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_desk_desk
    ADD CONSTRAINT training_desk_desk_second_id_876736b1_fk_accounts_user_id FOREIGN KEY (second_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_desk_desk
    ADD CONSTRAINT training_desk_desk_user_id_c7378048_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.triage_score
    ADD CONSTRAINT triage_score_report_id_85b98201_fk_reports_report_id FOREIGN KEY (report_id) REFERENCES public.reports_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_user_id_af5e0a6d_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT webhooks_delivery_subscription_id_f436ed71_fk_webhooks_ FOREIGN KEY (subscription_id) REFERENCES public.webhooks_subscription(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.webhooks_subscription
    ADD CONSTRAINT webhooks_subscriptio_created_by_id_667c65d5_fk_accounts_ FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.webhooks_subscription
    ADD CONSTRAINT webhooks_subscription_agency_id_634c769d_fk_agencies_agency_id FOREIGN KEY (agency_id) REFERENCES public.agencies_agency(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE public.api_answered ENABLE ROW LEVEL SECURITY;
CREATE POLICY api_answered_visible ON public.api_answered USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (person_id = (( SELECT NULLIF(current_setting('tipline.asker'::text, true), ''::text) AS "nullif"))::bigint))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (person_id = (( SELECT NULLIF(current_setting('tipline.asker'::text, true), ''::text) AS "nullif"))::bigint)));
ALTER TABLE public.attribution_attribution ENABLE ROW LEVEL SECURITY;
CREATE POLICY attribution_attribution_visible ON public.attribution_attribution USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = attribution_attribution.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = attribution_attribution.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.attribution_earlieranswer ENABLE ROW LEVEL SECURITY;
CREATE POLICY attribution_earlieranswer_visible ON public.attribution_earlieranswer USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = attribution_earlieranswer.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = attribution_earlieranswer.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.attribution_expirynotice ENABLE ROW LEVEL SECURITY;
CREATE POLICY attribution_expirynotice_visible ON public.attribution_expirynotice USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.attribution_logclock ENABLE ROW LEVEL SECURITY;
CREATE POLICY attribution_logclock_visible ON public.attribution_logclock USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = attribution_logclock.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = attribution_logclock.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.attribution_preservationnote ENABLE ROW LEVEL SECURITY;
CREATE POLICY attribution_preservationnote_visible ON public.attribution_preservationnote USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = attribution_preservationnote.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = attribution_preservationnote.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.attribution_reportclock ENABLE ROW LEVEL SECURITY;
CREATE POLICY attribution_reportclock_visible ON public.attribution_reportclock USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = attribution_reportclock.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = attribution_reportclock.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.attribution_whereabouts ENABLE ROW LEVEL SECURITY;
CREATE POLICY attribution_whereabouts_visible ON public.attribution_whereabouts USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = attribution_whereabouts.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = attribution_whereabouts.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.audit_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_entry_visible ON public.audit_entry FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.log'::text, true), ''::text) AS "nullif"))::bigint[])) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
CREATE POLICY audit_entry_written ON public.audit_entry FOR INSERT WITH CHECK (true);
ALTER TABLE public.cases_case ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_case_visible ON public.cases_case USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])) AND (((( SELECT NULLIF(current_setting('tipline.person'::text, true), ''::text) AS "nullif"))::bigint IS NULL) OR (EXISTS ( SELECT 1
   FROM public.cases_caseassignment a
  WHERE ((a.case_id = cases_case.id) AND (a.person_id = (( SELECT NULLIF(current_setting('tipline.person'::text, true), ''::text) AS "nullif"))::bigint) AND (a.ended_at IS NULL)))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])) AND (((( SELECT NULLIF(current_setting('tipline.person'::text, true), ''::text) AS "nullif"))::bigint IS NULL) OR (EXISTS ( SELECT 1
   FROM public.cases_caseassignment a
  WHERE ((a.case_id = cases_case.id) AND (a.person_id = (( SELECT NULLIF(current_setting('tipline.person'::text, true), ''::text) AS "nullif"))::bigint) AND (a.ended_at IS NULL))))))));
ALTER TABLE public.cases_caseassignment ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_caseassignment_visible ON public.cases_caseassignment USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])) AND ((( SELECT NULLIF(current_setting('tipline.person'::text, true), ''::text) AS "nullif"))::bigint IS NULL))));
ALTER TABLE public.cases_caseending ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_caseending_visible ON public.cases_caseending USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_caseending.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_caseending.case_id)))));
ALTER TABLE public.cases_casehandle ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_casehandle_visible ON public.cases_casehandle USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_casehandle.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_casehandle.case_id)))));
ALTER TABLE public.cases_caselink ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_caselink_visible ON public.cases_caselink USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_caselink.case_id))) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_caselink.other_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_caselink.case_id))) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_caselink.other_id)))));
ALTER TABLE public.cases_caseoffence ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_caseoffence_visible ON public.cases_caseoffence USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_caseoffence.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_caseoffence.case_id)))));
ALTER TABLE public.cases_caseperson ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_caseperson_visible ON public.cases_caseperson USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_caseperson.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_caseperson.case_id)))));
ALTER TABLE public.cases_casereport ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_casereport_visible ON public.cases_casereport USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = cases_casereport.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = cases_casereport.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.cases_casetask ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_casetask_visible ON public.cases_casetask USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_casetask.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_casetask.case_id)))));
ALTER TABLE public.cases_casetransfer ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_casetransfer_visible ON public.cases_casetransfer USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (((from_agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])) OR (to_agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))) AND ((( SELECT NULLIF(current_setting('tipline.person'::text, true), ''::text) AS "nullif"))::bigint IS NULL)))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (((from_agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])) OR (to_agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))) AND ((( SELECT NULLIF(current_setting('tipline.person'::text, true), ''::text) AS "nullif"))::bigint IS NULL))));
ALTER TABLE public.cases_diaryentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_diaryentry_visible ON public.cases_diaryentry USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_diaryentry.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_diaryentry.case_id)))));
ALTER TABLE public.cases_firentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_firentry_visible ON public.cases_firentry USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_firentry.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_firentry.case_id)))));
ALTER TABLE public.cases_offenceact ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_offenceact_visible ON public.cases_offenceact USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_offenceact.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_offenceact.case_id)))));
ALTER TABLE public.cases_officerchange ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_officerchange_visible ON public.cases_officerchange USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_officerchange.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_officerchange.case_id)))));
ALTER TABLE public.cases_personevidence ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_personevidence_visible ON public.cases_personevidence USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_personevidence.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_personevidence.case_id)))));
ALTER TABLE public.cases_preliminaryenquiry ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_preliminaryenquiry_visible ON public.cases_preliminaryenquiry USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_preliminaryenquiry.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_preliminaryenquiry.case_id)))));
ALTER TABLE public.cases_proposalevidence ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_proposalevidence_visible ON public.cases_proposalevidence USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_proposalevidence.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_proposalevidence.case_id)))));
ALTER TABLE public.cases_standingchange ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_standingchange_visible ON public.cases_standingchange USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_standingchange.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_standingchange.case_id)))));
ALTER TABLE public.cases_standingproposal ENABLE ROW LEVEL SECURITY;
CREATE POLICY cases_standingproposal_visible ON public.cases_standingproposal USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_standingproposal.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = cases_standingproposal.case_id)))));
ALTER TABLE public.clocks_clock ENABLE ROW LEVEL SECURITY;
CREATE POLICY clocks_clock_visible ON public.clocks_clock USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((case_id IS NULL) AND (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))) OR ((case_id IS NOT NULL) AND (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = clocks_clock.case_id)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((case_id IS NULL) AND (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))) OR ((case_id IS NOT NULL) AND (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = clocks_clock.case_id))))));
ALTER TABLE public.clocks_pause ENABLE ROW LEVEL SECURITY;
CREATE POLICY clocks_pause_visible ON public.clocks_pause USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.clocks_clock k
  WHERE (k.id = clocks_pause.clock_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.clocks_clock k
  WHERE (k.id = clocks_pause.clock_id)))));
ALTER TABLE public.cybertipline_refuseddocument ENABLE ROW LEVEL SECURITY;
CREATE POLICY cybertipline_refuseddocument_visible ON public.cybertipline_refuseddocument USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint)));
ALTER TABLE public.doors_doorcall ENABLE ROW LEVEL SECURITY;
CREATE POLICY doors_doorcall_visible ON public.doors_doorcall USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint)));
ALTER TABLE public.doors_feedback ENABLE ROW LEVEL SECURITY;
CREATE POLICY doors_feedback_visible ON public.doors_feedback USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint)));
ALTER TABLE public.doors_judgement ENABLE ROW LEVEL SECURITY;
CREATE POLICY doors_judgement_visible ON public.doors_judgement USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = doors_judgement.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = doors_judgement.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.exhibits_custodyevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY exhibits_custodyevent_visible ON public.exhibits_custodyevent USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = exhibits_custodyevent.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = exhibits_custodyevent.case_id)))));
ALTER TABLE public.exhibits_exhibit ENABLE ROW LEVEL SECURITY;
CREATE POLICY exhibits_exhibit_visible ON public.exhibits_exhibit USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = exhibits_exhibit.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = exhibits_exhibit.case_id)))));
ALTER TABLE public.exhibits_exhibitdigest ENABLE ROW LEVEL SECURITY;
CREATE POLICY exhibits_exhibitdigest_visible ON public.exhibits_exhibitdigest USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = exhibits_exhibitdigest.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = exhibits_exhibitdigest.case_id)))));
ALTER TABLE public.exhibits_exhibithash ENABLE ROW LEVEL SECURITY;
CREATE POLICY exhibits_exhibithash_visible ON public.exhibits_exhibithash USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.exhibits_exhibit e
  WHERE (e.id = exhibits_exhibithash.exhibit_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.exhibits_exhibit e
  WHERE (e.id = exhibits_exhibithash.exhibit_id)))));
ALTER TABLE public.exhibits_hashimport ENABLE ROW LEVEL SECURITY;
CREATE POLICY exhibits_hashimport_visible ON public.exhibits_hashimport USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = exhibits_hashimport.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = exhibits_hashimport.case_id)))));
ALTER TABLE public.federation_below ENABLE ROW LEVEL SECURITY;
CREATE POLICY federation_below_visible ON public.federation_below USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = federation_below.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = federation_below.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.federation_incoming ENABLE ROW LEVEL SECURITY;
CREATE POLICY federation_incoming_visible ON public.federation_incoming USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = federation_incoming.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = federation_incoming.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.federation_outgoing ENABLE ROW LEVEL SECURITY;
CREATE POLICY federation_outgoing_visible ON public.federation_outgoing USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = federation_outgoing.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = federation_outgoing.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.hash_lists_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY hash_lists_entry_visible ON public.hash_lists_entry USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (hash_list_id = ANY ((( SELECT NULLIF(current_setting('tipline.hash_lists'::text, true), ''::text) AS "nullif"))::bigint[])) OR (hash_list_id IN ( SELECT l.id
   FROM public.hash_lists_hashlist l
  WHERE (l.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (hash_list_id = ANY ((( SELECT NULLIF(current_setting('tipline.hash_lists'::text, true), ''::text) AS "nullif"))::bigint[])) OR (hash_list_id IN ( SELECT l.id
   FROM public.hash_lists_hashlist l
  WHERE (l.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))));
ALTER TABLE public.hash_lists_finding ENABLE ROW LEVEL SECURITY;
CREATE POLICY hash_lists_finding_visible ON public.hash_lists_finding USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.hash_lists_foundhash ENABLE ROW LEVEL SECURITY;
CREATE POLICY hash_lists_foundhash_visible ON public.hash_lists_foundhash USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.hash_lists_finding f
  WHERE (f.id = hash_lists_foundhash.finding_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.hash_lists_finding f
  WHERE (f.id = hash_lists_foundhash.finding_id)))));
ALTER TABLE public.leads_stepmark ENABLE ROW LEVEL SECURITY;
CREATE POLICY leads_stepmark_visible ON public.leads_stepmark USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])) AND (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = leads_stepmark.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])) AND (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = leads_stepmark.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))));
ALTER TABLE public.letters_letter ENABLE ROW LEVEL SECURITY;
CREATE POLICY letters_letter_visible ON public.letters_letter USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = letters_letter.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = letters_letter.case_id)))));
ALTER TABLE public.letters_letterversion ENABLE ROW LEVEL SECURITY;
CREATE POLICY letters_letterversion_visible ON public.letters_letterversion USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = letters_letterversion.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = letters_letterversion.case_id)))));
ALTER TABLE public.linking_cluster ENABLE ROW LEVEL SECURITY;
CREATE POLICY linking_cluster_visible ON public.linking_cluster USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.linking_member m
  WHERE (m.cluster_id = linking_cluster.id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.linking_member m
  WHERE (m.cluster_id = linking_cluster.id)))));
ALTER TABLE public.linking_clusterchange ENABLE ROW LEVEL SECURITY;
CREATE POLICY linking_clusterchange_visible ON public.linking_clusterchange USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = ANY (linking_clusterchange.reports)) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = ANY (linking_clusterchange.reports)) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.linking_compared ENABLE ROW LEVEL SECURITY;
CREATE POLICY linking_compared_visible ON public.linking_compared USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = linking_compared.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = linking_compared.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.linking_cut ENABLE ROW LEVEL SECURITY;
CREATE POLICY linking_cut_visible ON public.linking_cut USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.linking_edge e
  WHERE (e.identifier_id = linking_cut.identifier_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.linking_edge e
  WHERE (e.identifier_id = linking_cut.identifier_id)))));
ALTER TABLE public.linking_edge ENABLE ROW LEVEL SECURITY;
CREATE POLICY linking_edge_visible ON public.linking_edge USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = linking_edge.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = linking_edge.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.linking_hub ENABLE ROW LEVEL SECURITY;
CREATE POLICY linking_hub_visible ON public.linking_hub USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.linking_edge e
  WHERE (e.identifier_id = linking_hub.identifier_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.linking_edge e
  WHERE (e.identifier_id = linking_hub.identifier_id)))));
ALTER TABLE public.linking_member ENABLE ROW LEVEL SECURITY;
CREATE POLICY linking_member_visible ON public.linking_member USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = linking_member.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = linking_member.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.linking_suggestion ENABLE ROW LEVEL SECURITY;
CREATE POLICY linking_suggestion_visible ON public.linking_suggestion USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = linking_suggestion.low_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) AND (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = linking_suggestion.high_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = linking_suggestion.low_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) AND (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = linking_suggestion.high_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))));
ALTER TABLE public.linking_tie ENABLE ROW LEVEL SECURITY;
CREATE POLICY linking_tie_visible ON public.linking_tie USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = linking_tie.low_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) AND (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = linking_tie.high_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = linking_tie.low_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) AND (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = linking_tie.high_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))));
ALTER TABLE public.matching_filehash ENABLE ROW LEVEL SECURITY;
CREATE POLICY matching_filehash_visible ON public.matching_filehash USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = matching_filehash.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = matching_filehash.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.matching_hashvalue ENABLE ROW LEVEL SECURITY;
CREATE POLICY matching_hashvalue_visible ON public.matching_hashvalue USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.matching_filehash f
  WHERE (f.value_id = matching_hashvalue.id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.matching_filehash f
  WHERE (f.value_id = matching_hashvalue.id)))));
ALTER TABLE public.matching_knownhash ENABLE ROW LEVEL SECURITY;
CREATE POLICY matching_knownhash_visible ON public.matching_knownhash USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.matching_match m
  WHERE (m.known_id = matching_knownhash.id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.matching_match m
  WHERE (m.known_id = matching_knownhash.id)))));
ALTER TABLE public.matching_match ENABLE ROW LEVEL SECURITY;
CREATE POLICY matching_match_visible ON public.matching_match USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = matching_match.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = matching_match.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.matching_nearvalue ENABLE ROW LEVEL SECURITY;
CREATE POLICY matching_nearvalue_visible ON public.matching_nearvalue USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((EXISTS ( SELECT 1
   FROM public.matching_filehash f
  WHERE (f.value_id = matching_nearvalue.low_id))) AND (EXISTS ( SELECT 1
   FROM public.matching_filehash f
  WHERE (f.value_id = matching_nearvalue.high_id)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((EXISTS ( SELECT 1
   FROM public.matching_filehash f
  WHERE (f.value_id = matching_nearvalue.low_id))) AND (EXISTS ( SELECT 1
   FROM public.matching_filehash f
  WHERE (f.value_id = matching_nearvalue.high_id))))));
ALTER TABLE public.operations_actionday ENABLE ROW LEVEL SECURITY;
CREATE POLICY operations_actionday_visible ON public.operations_actionday USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[]))));
ALTER TABLE public.operations_boardentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY operations_boardentry_visible ON public.operations_boardentry USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[]))));
ALTER TABLE public.operations_closing ENABLE ROW LEVEL SECURITY;
CREATE POLICY operations_closing_visible ON public.operations_closing USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[]))));
ALTER TABLE public.operations_districttask ENABLE ROW LEVEL SECURITY;
CREATE POLICY operations_districttask_visible ON public.operations_districttask USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[]))));
ALTER TABLE public.operations_fact ENABLE ROW LEVEL SECURITY;
CREATE POLICY operations_fact_visible ON public.operations_fact USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])) AND (holders && (( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])) AND (holders && (( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.operations_goal ENABLE ROW LEVEL SECURITY;
CREATE POLICY operations_goal_visible ON public.operations_goal USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[]))));
ALTER TABLE public.operations_membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY operations_membership_visible ON public.operations_membership USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])) AND ((EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = operations_membership.case_id)
 OFFSET 0)) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = operations_membership.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))
 OFFSET 0)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])) AND ((EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = operations_membership.case_id)
 OFFSET 0)) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = operations_membership.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))
 OFFSET 0))))));
ALTER TABLE public.operations_operation ENABLE ROW LEVEL SECURITY;
CREATE POLICY operations_operation_visible ON public.operations_operation USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[]))));
ALTER TABLE public.operations_operationagency ENABLE ROW LEVEL SECURITY;
CREATE POLICY operations_operationagency_visible ON public.operations_operationagency USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[]))));
ALTER TABLE public.operations_operationmember ENABLE ROW LEVEL SECURITY;
CREATE POLICY operations_operationmember_visible ON public.operations_operationmember USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[]))));
ALTER TABLE public.operations_operationtask ENABLE ROW LEVEL SECURITY;
CREATE POLICY operations_operationtask_visible ON public.operations_operationtask USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[]))));
ALTER TABLE public.operations_phase ENABLE ROW LEVEL SECURITY;
CREATE POLICY operations_phase_visible ON public.operations_phase USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[]))));
ALTER TABLE public.operations_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY operations_rule_visible ON public.operations_rule USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[]))));
ALTER TABLE public.operations_tally ENABLE ROW LEVEL SECURITY;
CREATE POLICY operations_tally_visible ON public.operations_tally USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])) AND (holders && (( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((operation_id = ANY (( SELECT public.tipline_my_operations() AS tipline_my_operations)::bigint[])) AND (holders && (( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.outcomes_outcome ENABLE ROW LEVEL SECURITY;
CREATE POLICY outcomes_outcome_visible ON public.outcomes_outcome USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = outcomes_outcome.case_id))) OR ((case_id IS NULL) AND (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = outcomes_outcome.case_id))) OR ((case_id IS NULL) AND (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))));
ALTER TABLE public.outcomes_reminder ENABLE ROW LEVEL SECURITY;
CREATE POLICY outcomes_reminder_visible ON public.outcomes_reminder USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = outcomes_reminder.case_id))) OR ((case_id IS NULL) AND (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = outcomes_reminder.case_id))) OR ((case_id IS NULL) AND (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))));
ALTER TABLE public.outcomes_reportoutcome ENABLE ROW LEVEL SECURITY;
CREATE POLICY outcomes_reportoutcome_visible ON public.outcomes_reportoutcome USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = outcomes_reportoutcome.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = outcomes_reportoutcome.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.packages_refusedpackage ENABLE ROW LEVEL SECURITY;
CREATE POLICY packages_refusedpackage_visible ON public.packages_refusedpackage USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.packages_sealedrelease ENABLE ROW LEVEL SECURITY;
CREATE POLICY packages_sealedrelease_visible ON public.packages_sealedrelease USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (from_agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (from_agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.packages_senthop ENABLE ROW LEVEL SECURITY;
CREATE POLICY packages_senthop_visible ON public.packages_senthop USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.packages_sentpackage p
  WHERE (p.id = packages_senthop.package_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.packages_sentpackage p
  WHERE (p.id = packages_senthop.package_id)))));
ALTER TABLE public.packages_sentpackage ENABLE ROW LEVEL SECURITY;
CREATE POLICY packages_sentpackage_visible ON public.packages_sentpackage USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (from_agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (from_agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.packages_takenpackage ENABLE ROW LEVEL SECURITY;
CREATE POLICY packages_takenpackage_visible ON public.packages_takenpackage USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (to_agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (to_agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.packages_takenreturn ENABLE ROW LEVEL SECURITY;
CREATE POLICY packages_takenreturn_visible ON public.packages_takenreturn USING ((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text)) WITH CHECK ((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text));
ALTER TABLE public.pipeline_quarantine ENABLE ROW LEVEL SECURITY;
CREATE POLICY pipeline_quarantine_visible ON public.pipeline_quarantine USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = pipeline_quarantine.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = pipeline_quarantine.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.pipeline_stagerun ENABLE ROW LEVEL SECURITY;
CREATE POLICY pipeline_stagerun_visible ON public.pipeline_stagerun USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = pipeline_stagerun.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = pipeline_stagerun.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.process_request ENABLE ROW LEVEL SECURITY;
CREATE POLICY process_request_visible ON public.process_request USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = process_request.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = process_request.case_id)))));
ALTER TABLE public.process_requestalert ENABLE ROW LEVEL SECURITY;
CREATE POLICY process_requestalert_visible ON public.process_requestalert USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = process_requestalert.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = process_requestalert.case_id)))));
ALTER TABLE public.process_requestevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY process_requestevent_visible ON public.process_requestevent USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = process_requestevent.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = process_requestevent.case_id)))));
ALTER TABLE public.process_requestitem ENABLE ROW LEVEL SECURITY;
CREATE POLICY process_requestitem_visible ON public.process_requestitem USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = process_requestitem.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = process_requestitem.case_id)))));
ALTER TABLE public.public_form_message ENABLE ROW LEVEL SECURITY;
CREATE POLICY public_form_message_visible ON public.public_form_message USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = public_form_message.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) OR (EXISTS ( SELECT 1
   FROM public.reports_report r
  WHERE ((r.id = public_form_message.report_id) AND (r.reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = public_form_message.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) OR (EXISTS ( SELECT 1
   FROM public.reports_report r
  WHERE ((r.id = public_form_message.report_id) AND (r.reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint))))));
ALTER TABLE public.public_form_publiccontact ENABLE ROW LEVEL SECURITY;
CREATE POLICY public_form_publiccontact_visible ON public.public_form_publiccontact USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = public_form_publiccontact.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) OR (EXISTS ( SELECT 1
   FROM public.reports_report r
  WHERE ((r.id = public_form_publiccontact.report_id) AND (r.reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = public_form_publiccontact.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) OR (EXISTS ( SELECT 1
   FROM public.reports_report r
  WHERE ((r.id = public_form_publiccontact.report_id) AND (r.reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint))))));
ALTER TABLE public.public_form_publicreport ENABLE ROW LEVEL SECURITY;
CREATE POLICY public_form_publicreport_visible ON public.public_form_publicreport USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = public_form_publicreport.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) OR (EXISTS ( SELECT 1
   FROM public.reports_report r
  WHERE ((r.id = public_form_publicreport.report_id) AND (r.reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = public_form_publicreport.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) OR (EXISTS ( SELECT 1
   FROM public.reports_report r
  WHERE ((r.id = public_form_publicreport.report_id) AND (r.reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint))))));
ALTER TABLE public.publishing_draw ENABLE ROW LEVEL SECURITY;
CREATE POLICY publishing_draw_visible ON public.publishing_draw USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.publishing_publishedfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY publishing_publishedfile_visible ON public.publishing_publishedfile USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.publishing_schedule ENABLE ROW LEVEL SECURITY;
CREATE POLICY publishing_schedule_visible ON public.publishing_schedule USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.publishing_scheduledreport ENABLE ROW LEVEL SECURITY;
CREATE POLICY publishing_scheduledreport_visible ON public.publishing_scheduledreport USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.publishing_transparency ENABLE ROW LEVEL SECURITY;
CREATE POLICY publishing_transparency_visible ON public.publishing_transparency USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.records_hoporigin ENABLE ROW LEVEL SECURITY;
CREATE POLICY records_hoporigin_visible ON public.records_hoporigin USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = records_hoporigin.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = records_hoporigin.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.records_reportorigin ENABLE ROW LEVEL SECURITY;
CREATE POLICY records_reportorigin_visible ON public.records_reportorigin USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = records_reportorigin.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = records_reportorigin.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.referrals_deskrow ENABLE ROW LEVEL SECURITY;
CREATE POLICY referrals_deskrow_visible ON public.referrals_deskrow USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.referrals_duenotice ENABLE ROW LEVEL SECURITY;
CREATE POLICY referrals_duenotice_visible ON public.referrals_duenotice USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = referrals_duenotice.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = referrals_duenotice.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.referrals_referral ENABLE ROW LEVEL SECURITY;
CREATE POLICY referrals_referral_drafts ON public.referrals_referral AS RESTRICTIVE USING ((((state)::text <> ALL (ARRAY[('drafted'::character varying)::text, ('discarded'::character varying)::text])) OR (( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (from_agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK ((((state)::text <> ALL (ARRAY[('drafted'::character varying)::text, ('discarded'::character varying)::text])) OR (( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (from_agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
CREATE POLICY referrals_referral_visible ON public.referrals_referral USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = referrals_referral.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = referrals_referral.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.referrals_referralevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY referrals_referralevent_drafts ON public.referrals_referralevent AS RESTRICTIVE USING ((((act)::text <> ALL (ARRAY[('draft'::character varying)::text, ('discard'::character varying)::text])) OR (( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.referrals_referral r
  WHERE ((r.id = referrals_referralevent.referral_id) AND (r.from_agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK ((((act)::text <> ALL (ARRAY[('draft'::character varying)::text, ('discard'::character varying)::text])) OR (( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.referrals_referral r
  WHERE ((r.id = referrals_referralevent.referral_id) AND (r.from_agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
CREATE POLICY referrals_referralevent_visible ON public.referrals_referralevent USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = referrals_referralevent.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = referrals_referralevent.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.referrals_waiting ENABLE ROW LEVEL SECURITY;
CREATE POLICY referrals_waiting_visible ON public.referrals_waiting USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = referrals_waiting.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = referrals_waiting.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.replies_reply ENABLE ROW LEVEL SECURITY;
CREATE POLICY replies_reply_visible ON public.replies_reply USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = replies_reply.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = replies_reply.case_id)))));
ALTER TABLE public.replies_replyfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY replies_replyfile_visible ON public.replies_replyfile USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = replies_replyfile.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = replies_replyfile.case_id)))));
ALTER TABLE public.replies_replyfinding ENABLE ROW LEVEL SECURITY;
CREATE POLICY replies_replyfinding_visible ON public.replies_replyfinding USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = replies_replyfinding.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = replies_replyfinding.case_id)))));
ALTER TABLE public.replies_replymapping ENABLE ROW LEVEL SECURITY;
CREATE POLICY replies_replymapping_visible ON public.replies_replymapping USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.replies_replyrow ENABLE ROW LEVEL SECURITY;
CREATE POLICY replies_replyrow_visible ON public.replies_replyrow USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = replies_replyrow.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = replies_replyrow.case_id)))));
ALTER TABLE public.reports_document ENABLE ROW LEVEL SECURITY;
CREATE POLICY reports_document_visible ON public.reports_document USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = reports_document.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) OR (EXISTS ( SELECT 1
   FROM public.reports_report r
  WHERE ((r.id = reports_document.report_id) AND (r.reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = reports_document.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) OR (EXISTS ( SELECT 1
   FROM public.reports_report r
  WHERE ((r.id = reports_document.report_id) AND (r.reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint))))));
ALTER TABLE public.reports_holding ENABLE ROW LEVEL SECURITY;
CREATE POLICY reports_holding_visible ON public.reports_holding USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])) OR public.tipline_sees_report(report_id))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR public.tipline_sees_report(report_id)));
ALTER TABLE public.reports_identifier ENABLE ROW LEVEL SECURITY;
CREATE POLICY reports_identifier_visible ON public.reports_identifier USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_sighting s
  WHERE (s.identifier_id = reports_identifier.id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_sighting s
  WHERE (s.identifier_id = reports_identifier.id)))));
ALTER TABLE public.reports_person ENABLE ROW LEVEL SECURITY;
CREATE POLICY reports_person_visible ON public.reports_person USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = reports_person.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = reports_person.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.reports_report ENABLE ROW LEVEL SECURITY;
CREATE POLICY reports_report_visible ON public.reports_report USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = reports_report.id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = reports_report.id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.reports_reportedfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY reports_reportedfile_visible ON public.reports_reportedfile USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = reports_reportedfile.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) OR (EXISTS ( SELECT 1
   FROM public.reports_report r
  WHERE ((r.id = reports_reportedfile.report_id) AND (r.reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = reports_reportedfile.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) OR (EXISTS ( SELECT 1
   FROM public.reports_report r
  WHERE ((r.id = reports_reportedfile.report_id) AND (r.reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint))))));
ALTER TABLE public.reports_sighting ENABLE ROW LEVEL SECURITY;
CREATE POLICY reports_sighting_visible ON public.reports_sighting USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = reports_sighting.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = reports_sighting.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.reports_unmasking ENABLE ROW LEVEL SECURITY;
CREATE POLICY reports_unmasking_visible ON public.reports_unmasking USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.log'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.log'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.reports_unmaskingend ENABLE ROW LEVEL SECURITY;
CREATE POLICY reports_unmaskingend_visible ON public.reports_unmaskingend USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_unmasking u
  WHERE (u.id = reports_unmaskingend.unmasking_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_unmasking u
  WHERE (u.id = reports_unmaskingend.unmasking_id)))));
ALTER TABLE public.reports_unmaskingreview ENABLE ROW LEVEL SECURITY;
CREATE POLICY reports_unmaskingreview_visible ON public.reports_unmaskingreview USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_unmasking u
  WHERE (u.id = reports_unmaskingreview.unmasking_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_unmasking u
  WHERE (u.id = reports_unmaskingreview.unmasking_id)))));
ALTER TABLE public.retention_agreed ENABLE ROW LEVEL SECURITY;
CREATE POLICY retention_agreed_visible ON public.retention_agreed USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = retention_agreed.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = retention_agreed.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.retention_certificate ENABLE ROW LEVEL SECURITY;
CREATE POLICY retention_certificate_visible ON public.retention_certificate USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.retention_destruction ENABLE ROW LEVEL SECURITY;
CREATE POLICY retention_destruction_visible ON public.retention_destruction USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.retention_destructionitem ENABLE ROW LEVEL SECURITY;
CREATE POLICY retention_destructionitem_visible ON public.retention_destructionitem USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.retention_hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY retention_hold_visible ON public.retention_hold USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = retention_hold.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = retention_hold.case_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = retention_hold.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))) OR (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = retention_hold.case_id)))));
ALTER TABLE public.routing_decision ENABLE ROW LEVEL SECURITY;
CREATE POLICY routing_decision_visible ON public.routing_decision USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = routing_decision.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = routing_decision.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.routing_decisiondesk ENABLE ROW LEVEL SECURITY;
CREATE POLICY routing_decisiondesk_visible ON public.routing_decisiondesk USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = routing_decisiondesk.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = routing_decisiondesk.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.routing_reroute ENABLE ROW LEVEL SECURITY;
CREATE POLICY routing_reroute_visible ON public.routing_reroute USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = routing_reroute.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = routing_reroute.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
ALTER TABLE public.routing_rulepreview ENABLE ROW LEVEL SECURITY;
CREATE POLICY routing_rulepreview_visible ON public.routing_rulepreview USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.routing_rulesample ENABLE ROW LEVEL SECURITY;
CREATE POLICY routing_rulesample_visible ON public.routing_rulesample USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.safeguarding_child ENABLE ROW LEVEL SECURITY;
CREATE POLICY safeguarding_child_visible ON public.safeguarding_child USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((case_id = (( SELECT NULLIF(current_setting('tipline.safeguarding'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = safeguarding_child.case_id)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((case_id = (( SELECT NULLIF(current_setting('tipline.safeguarding'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = safeguarding_child.case_id))))));
ALTER TABLE public.safeguarding_childnote ENABLE ROW LEVEL SECURITY;
CREATE POLICY safeguarding_childnote_visible ON public.safeguarding_childnote USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((case_id = (( SELECT NULLIF(current_setting('tipline.safeguarding'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = safeguarding_childnote.case_id)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((case_id = (( SELECT NULLIF(current_setting('tipline.safeguarding'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = safeguarding_childnote.case_id))))));
ALTER TABLE public.safeguarding_preference ENABLE ROW LEVEL SECURITY;
CREATE POLICY safeguarding_preference_visible ON public.safeguarding_preference USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((case_id = (( SELECT NULLIF(current_setting('tipline.safeguarding'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = safeguarding_preference.case_id)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((case_id = (( SELECT NULLIF(current_setting('tipline.safeguarding'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = safeguarding_preference.case_id))))));
ALTER TABLE public.safeguarding_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY safeguarding_step_visible ON public.safeguarding_step USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((case_id = (( SELECT NULLIF(current_setting('tipline.safeguarding'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = safeguarding_step.case_id)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((case_id = (( SELECT NULLIF(current_setting('tipline.safeguarding'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = safeguarding_step.case_id))))));
ALTER TABLE public.safeguarding_supportanswer ENABLE ROW LEVEL SECURITY;
CREATE POLICY safeguarding_supportanswer_visible ON public.safeguarding_supportanswer USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((case_id = (( SELECT NULLIF(current_setting('tipline.safeguarding'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = safeguarding_supportanswer.case_id)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((case_id = (( SELECT NULLIF(current_setting('tipline.safeguarding'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = safeguarding_supportanswer.case_id))))));
ALTER TABLE public.safeguarding_supportreferral ENABLE ROW LEVEL SECURITY;
CREATE POLICY safeguarding_supportreferral_visible ON public.safeguarding_supportreferral USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((case_id = (( SELECT NULLIF(current_setting('tipline.safeguarding'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = safeguarding_supportreferral.case_id)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((case_id = (( SELECT NULLIF(current_setting('tipline.safeguarding'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT 1
   FROM public.cases_case c
  WHERE (c.id = safeguarding_supportreferral.case_id))))));
ALTER TABLE public.sandbox_sandboxfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY sandbox_sandboxfile_visible ON public.sandbox_sandboxfile USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.sandbox_sandboxreport r
  WHERE ((r.id = sandbox_sandboxfile.sandbox_report_id) AND (r.reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.sandbox_sandboxreport r
  WHERE ((r.id = sandbox_sandboxfile.sandbox_report_id) AND (r.reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint))))));
ALTER TABLE public.sandbox_sandboxreport ENABLE ROW LEVEL SECURITY;
CREATE POLICY sandbox_sandboxreport_visible ON public.sandbox_sandboxreport USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (reporter_id = (( SELECT NULLIF(current_setting('tipline.provider'::text, true), ''::text) AS "nullif"))::bigint)));
ALTER TABLE public.statistics_cell ENABLE ROW LEVEL SECURITY;
CREATE POLICY statistics_cell_kept ON public.statistics_cell USING ((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text)) WITH CHECK ((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text));
CREATE POLICY statistics_cell_visible ON public.statistics_cell FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.statistics_fact ENABLE ROW LEVEL SECURITY;
CREATE POLICY statistics_fact_kept ON public.statistics_fact USING ((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text)) WITH CHECK ((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text));
CREATE POLICY statistics_fact_visible ON public.statistics_fact FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.statistics_requestfact ENABLE ROW LEVEL SECURITY;
CREATE POLICY statistics_requestfact_kept ON public.statistics_requestfact USING ((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text)) WITH CHECK ((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text));
CREATE POLICY statistics_requestfact_visible ON public.statistics_requestfact FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.statistics_snapshot ENABLE ROW LEVEL SECURITY;
CREATE POLICY statistics_snapshot_visible ON public.statistics_snapshot USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[])) AND (suppressed OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[])) AND (suppressed OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))));
ALTER TABLE public.statistics_tally ENABLE ROW LEVEL SECURITY;
CREATE POLICY statistics_tally_kept ON public.statistics_tally USING ((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text)) WITH CHECK ((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text));
CREATE POLICY statistics_tally_visible ON public.statistics_tally FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.counts'::text, true), ''::text) AS "nullif"))::bigint[]))));
ALTER TABLE public.training_attempts_answer ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_attempts_answer_read ON public.training_attempts_answer FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR false OR (EXISTS ( SELECT
   FROM public.training_attempts_attempt a
  WHERE (a.id = training_attempts_answer.attempt_id)))));
CREATE POLICY training_attempts_answer_written ON public.training_attempts_answer USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT
   FROM public.training_attempts_attempt a
  WHERE (a.id = training_attempts_answer.attempt_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT
   FROM public.training_attempts_attempt a
  WHERE (a.id = training_attempts_answer.attempt_id)))));
ALTER TABLE public.training_attempts_attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_attempts_attempt_read ON public.training_attempts_attempt FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (course_id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[])) OR ((enrolment_id = ANY (( SELECT public.training_mine() AS training_mine)::bigint[])) OR (((team)::text <> ''::text) AND (EXISTS ( SELECT
   FROM public.training_courses_enrolment e
  WHERE ((e.id = ANY (( SELECT public.training_mine() AS training_mine)::bigint[])) AND (e.course_id = training_attempts_attempt.course_id) AND ((e.team)::text = (training_attempts_attempt.team)::text))))))));
CREATE POLICY training_attempts_attempt_tried ON public.training_attempts_attempt USING (((tried_by_id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT
   FROM public.accounts_user u
  WHERE ((u.id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND ((u.role)::text = 'trainer'::text)))))) WITH CHECK (((tried_by_id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT
   FROM public.accounts_user u
  WHERE ((u.id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND ((u.role)::text = 'trainer'::text))))));
CREATE POLICY training_attempts_attempt_written ON public.training_attempts_attempt USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((enrolment_id = ANY (( SELECT public.training_mine() AS training_mine)::bigint[])) OR (((team)::text <> ''::text) AND (EXISTS ( SELECT
   FROM public.training_courses_enrolment e
  WHERE ((e.id = ANY (( SELECT public.training_mine() AS training_mine)::bigint[])) AND (e.course_id = training_attempts_attempt.course_id) AND ((e.team)::text = (training_attempts_attempt.team)::text)))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((enrolment_id = ANY (( SELECT public.training_mine() AS training_mine)::bigint[])) OR (((team)::text <> ''::text) AND (EXISTS ( SELECT
   FROM public.training_courses_enrolment e
  WHERE ((e.id = ANY (( SELECT public.training_mine() AS training_mine)::bigint[])) AND (e.course_id = training_attempts_attempt.course_id) AND ((e.team)::text = (training_attempts_attempt.team)::text))))))));
ALTER TABLE public.training_attempts_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_attempts_event_read ON public.training_attempts_event FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT
   FROM public.training_attempts_attempt a
  WHERE ((a.id = training_attempts_event.attempt_id) AND (a.course_id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[]))))) OR false));
CREATE POLICY training_attempts_event_written ON public.training_attempts_event USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR false)) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR false));
ALTER TABLE public.training_attempts_expected ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_attempts_expected_read ON public.training_attempts_expected FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR false OR false));
CREATE POLICY training_attempts_expected_written ON public.training_attempts_expected USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR false)) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR false));
ALTER TABLE public.training_attempts_hinttaken ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_attempts_hinttaken_read ON public.training_attempts_hinttaken FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR false OR (EXISTS ( SELECT
   FROM public.training_attempts_attempt a
  WHERE (a.id = training_attempts_hinttaken.attempt_id)))));
CREATE POLICY training_attempts_hinttaken_written ON public.training_attempts_hinttaken USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT
   FROM public.training_attempts_attempt a
  WHERE (a.id = training_attempts_hinttaken.attempt_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT
   FROM public.training_attempts_attempt a
  WHERE (a.id = training_attempts_hinttaken.attempt_id)))));
ALTER TABLE public.training_attempts_kept ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_attempts_kept_read ON public.training_attempts_kept FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR false OR (EXISTS ( SELECT
   FROM public.training_attempts_attempt a
  WHERE (a.id = training_attempts_kept.attempt_id)))));
CREATE POLICY training_attempts_kept_written ON public.training_attempts_kept USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT
   FROM public.training_attempts_attempt a
  WHERE (a.id = training_attempts_kept.attempt_id))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT
   FROM public.training_attempts_attempt a
  WHERE (a.id = training_attempts_kept.attempt_id)))));
ALTER TABLE public.training_attempts_keptworld ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_attempts_keptworld_read ON public.training_attempts_keptworld FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR false OR (EXISTS ( SELECT
   FROM public.training_attempts_attempt a
  WHERE ((a.seed)::text = (training_attempts_keptworld.seed)::text)))));
CREATE POLICY training_attempts_keptworld_written ON public.training_attempts_keptworld USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT
   FROM public.training_attempts_attempt a
  WHERE ((a.seed)::text = (training_attempts_keptworld.seed)::text))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT
   FROM public.training_attempts_attempt a
  WHERE ((a.seed)::text = (training_attempts_keptworld.seed)::text)))));
ALTER TABLE public.training_attempts_review ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_attempts_review_read ON public.training_attempts_review FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR ((( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint IS NOT NULL) OR (EXISTS ( SELECT
   FROM public.accounts_user u
  WHERE ((u.id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND ((u.role)::text = 'trainer'::text))))));
CREATE POLICY training_attempts_review_written ON public.training_attempts_review USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT
   FROM public.accounts_user u
  WHERE ((u.id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND ((u.role)::text = 'trainer'::text)))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT
   FROM public.accounts_user u
  WHERE ((u.id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND ((u.role)::text = 'trainer'::text))))));
ALTER TABLE public.training_courses_attendance ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_courses_attendance_read ON public.training_courses_attendance FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (enrolment_id = ANY (( SELECT public.training_mine() AS training_mine)::bigint[])) OR (enrolment_id = ANY (( SELECT public.training_taught_enrolments() AS training_taught_enrolments)::bigint[]))));
CREATE POLICY training_courses_attendance_written ON public.training_courses_attendance USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (enrolment_id = ANY (( SELECT public.training_taught_enrolments() AS training_taught_enrolments)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (enrolment_id = ANY (( SELECT public.training_taught_enrolments() AS training_taught_enrolments)::bigint[]))));
ALTER TABLE public.training_courses_certificate ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_courses_certificate_read ON public.training_courses_certificate FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (enrolment_id = ANY (( SELECT public.training_mine() AS training_mine)::bigint[])) OR (enrolment_id = ANY (( SELECT public.training_taught_enrolments() AS training_taught_enrolments)::bigint[]))));
CREATE POLICY training_courses_certificate_written ON public.training_courses_certificate USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (enrolment_id = ANY (( SELECT public.training_taught_enrolments() AS training_taught_enrolments)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (enrolment_id = ANY (( SELECT public.training_taught_enrolments() AS training_taught_enrolments)::bigint[]))));
ALTER TABLE public.training_courses_course ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_courses_course_read ON public.training_courses_course FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (id = ANY (( SELECT public.training_my_courses() AS training_my_courses)::bigint[])) OR (id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[])) OR ((made_by_id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT
   FROM public.accounts_user u
  WHERE ((u.id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND ((u.role)::text = 'trainer'::text)))))));
CREATE POLICY training_courses_course_written ON public.training_courses_course USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[])) OR ((made_by_id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT
   FROM public.accounts_user u
  WHERE ((u.id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND ((u.role)::text = 'trainer'::text))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[])) OR ((made_by_id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT
   FROM public.accounts_user u
  WHERE ((u.id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND ((u.role)::text = 'trainer'::text)))))));
ALTER TABLE public.training_courses_enrolment ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_courses_enrolment_read ON public.training_courses_enrolment FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (id = ANY (( SELECT public.training_mine() AS training_mine)::bigint[])) OR (course_id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[]))));
CREATE POLICY training_courses_enrolment_written ON public.training_courses_enrolment USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (course_id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (course_id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[]))));
ALTER TABLE public.training_courses_entrycode ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_courses_entrycode_read ON public.training_courses_entrycode FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR false OR (enrolment_id = ANY (( SELECT public.training_taught_enrolments() AS training_taught_enrolments)::bigint[]))));
CREATE POLICY training_courses_entrycode_written ON public.training_courses_entrycode USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (enrolment_id = ANY (( SELECT public.training_taught_enrolments() AS training_taught_enrolments)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (enrolment_id = ANY (( SELECT public.training_taught_enrolments() AS training_taught_enrolments)::bigint[]))));
ALTER TABLE public.training_courses_exercise ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_courses_exercise_read ON public.training_courses_exercise FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (course_id = ANY (( SELECT public.training_my_courses() AS training_my_courses)::bigint[])) OR (course_id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[]))));
CREATE POLICY training_courses_exercise_written ON public.training_courses_exercise USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (course_id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (course_id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[]))));
ALTER TABLE public.training_courses_instructor ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_courses_instructor_read ON public.training_courses_instructor FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR false OR (course_id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[])) OR ((user_id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT
   FROM public.accounts_user u
  WHERE ((u.id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND ((u.role)::text = 'trainer'::text)))) AND (EXISTS ( SELECT
   FROM public.training_courses_course c
  WHERE ((c.id = training_courses_instructor.course_id) AND (c.made_by_id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint)))))));
CREATE POLICY training_courses_instructor_written ON public.training_courses_instructor USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (course_id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[])) OR ((user_id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT
   FROM public.accounts_user u
  WHERE ((u.id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND ((u.role)::text = 'trainer'::text)))) AND (EXISTS ( SELECT
   FROM public.training_courses_course c
  WHERE ((c.id = training_courses_instructor.course_id) AND (c.made_by_id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (course_id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[])) OR ((user_id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND (EXISTS ( SELECT
   FROM public.accounts_user u
  WHERE ((u.id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) AND ((u.role)::text = 'trainer'::text)))) AND (EXISTS ( SELECT
   FROM public.training_courses_course c
  WHERE ((c.id = training_courses_instructor.course_id) AND (c.made_by_id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint)))))));
ALTER TABLE public.training_courses_paper ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_courses_paper_read ON public.training_courses_paper FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (enrolment_id = ANY (( SELECT public.training_taught_enrolments() AS training_taught_enrolments)::bigint[])) OR (enrolment_id = ANY (( SELECT public.training_mine() AS training_mine)::bigint[]))));
CREATE POLICY training_courses_paper_written ON public.training_courses_paper USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (enrolment_id = ANY (( SELECT public.training_mine() AS training_mine)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (enrolment_id = ANY (( SELECT public.training_mine() AS training_mine)::bigint[]))));
ALTER TABLE public.training_courses_session ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_courses_session_read ON public.training_courses_session FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (course_id = ANY (( SELECT public.training_my_courses() AS training_my_courses)::bigint[])) OR (course_id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[]))));
CREATE POLICY training_courses_session_written ON public.training_courses_session USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (course_id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (course_id = ANY (( SELECT public.training_taught() AS training_taught)::bigint[]))));
ALTER TABLE public.training_courses_trainee ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_courses_trainee_read ON public.training_courses_trainee FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (user_id = (( SELECT NULLIF(current_setting('tipline.trains'::text, true), ''::text) AS "nullif"))::bigint) OR (id = ANY (( SELECT public.training_taught_trainees() AS training_taught_trainees)::bigint[]))));
CREATE POLICY training_courses_trainee_written ON public.training_courses_trainee USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (id = ANY (( SELECT public.training_taught_trainees() AS training_taught_trainees)::bigint[])))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (id = ANY (( SELECT public.training_taught_trainees() AS training_taught_trainees)::bigint[]))));
ALTER TABLE public.training_desk_desk ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_desk_desk_read ON public.training_desk_desk FOR SELECT USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR false OR false));
CREATE POLICY training_desk_desk_written ON public.training_desk_desk USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR false)) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR false));
ALTER TABLE public.triage_score ENABLE ROW LEVEL SECURITY;
CREATE POLICY triage_score_visible ON public.triage_score USING (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = triage_score.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[]))))))) WITH CHECK (((( SELECT current_setting('tipline.sees'::text, true) AS current_setting) = 'everything'::text) OR (EXISTS ( SELECT 1
   FROM public.reports_holding h
  WHERE ((h.report_id = triage_score.report_id) AND (h.agency_id = ANY ((( SELECT NULLIF(current_setting('tipline.agencies'::text, true), ''::text) AS "nullif"))::bigint[])))))));
INSERT INTO public."django_migrations" ("app", "name", "applied") VALUES
('agencies', '0001_initial', now()),
('accounts', '0001_initial', now()),
('account', '0001_initial', now()),
('account', '0002_email_max_length', now()),
('account', '0003_alter_emailaddress_create_unique_verified_email', now()),
('account', '0004_alter_emailaddress_drop_unique_email', now()),
('account', '0005_emailaddress_idx_upper_email', now()),
('account', '0006_emailaddress_lower', now()),
('account', '0007_emailaddress_idx_email', now()),
('account', '0008_emailaddress_unique_primary_email_fixup', now()),
('account', '0009_emailaddress_unique_primary_email', now()),
('agencies', '0002_oversight', now()),
('agencies', '0003_overseen', now()),
('agencies', '0004_agreements', now()),
('agencies', '0005_letterhead', now()),
('accounts', '0002_sign_in', now()),
('accounts', '0010_tokens_and_credentials', now()),
('accounts', '0011_doors', now()),
('accounts', '0012_rank', now()),
('accounts', '0014_reply_reporter', now()),
('accounts', '0015_peer', now()),
('accounts', '0016_write_scopes', now()),
('accounts', '0017_operations_token', now()),
('accounts', '0018_hashes_token', now()),
('accounts', '0019_exchange_scopes', now()),
('agencies', '0006_terms', now()),
('agencies', '0007_agreement_proposals', now()),
('api', '0001_initial', now()),
('reports', '0001_initial', now()),
('reports', '0002_row_security', now()),
('reports', '0003_masking', now()),
('reports', '0010_destroyed', now()),
('reports', '0020_seal', now()),
('reports', '0030_holding_written', now()),
('reports', '0031_doors', now()),
('reports', '0040_fewer_indexes', now()),
('reports', '0041_backlog_behind', now()),
('attribution', '0001_initial', now()),
('attribution', '0002_row_security', now()),
('attribution', '0003_editions', now()),
('attribution', '0004_fusion', now()),
('attribution', '0005_log_expiry', now()),
('audit', '0001_initial', now()),
('audit', '0002_tree', now()),
('audit', '0003_origin', now()),
('audit', '0004_publication_witness', now()),
('contenttypes', '0001_initial', now()),
('contenttypes', '0002_remove_content_type_name', now()),
('auth', '0001_initial', now()),
('auth', '0002_alter_permission_name_max_length', now()),
('auth', '0003_alter_user_email_max_length', now()),
('auth', '0004_alter_user_username_opts', now()),
('auth', '0005_alter_user_last_login_null', now()),
('auth', '0006_require_contenttypes_0002', now()),
('auth', '0007_alter_validators_add_error_messages', now()),
('auth', '0008_alter_user_username_max_length', now()),
('auth', '0009_alter_user_last_name_max_length', now()),
('auth', '0010_alter_group_name_max_length', now()),
('auth', '0011_update_proxy_permissions', now()),
('auth', '0012_alter_user_first_name_max_length', now()),
('triage', '0001_initial', now()),
('reports', '0042_joint', now()),
('referrals', '0001_initial', now()),
('referrals', '0002_row_security', now()),
('referrals', '0003_counts', now()),
('referrals', '0004_feedback', now()),
('referrals', '0005_joint', now()),
('referrals', '0006_life', now()),
('referrals', '0007_life_row_security', now()),
('referrals', '0008_desk_rows', now()),
('referrals', '0009_desk_rows_kept', now()),
('reports', '0043_reply_channel', now()),
('operations', '0001_initial', now()),
('cases', '0001_initial', now()),
('cases', '0002_assignment', now()),
('cases', '0003_row_security', now()),
('cases', '0004_closed', now()),
('retention', '0001_initial', now()),
('retention', '0002_row_security', now()),
('cases', '0005_assignment_written', now()),
('cases', '0006_persons', now()),
('cases', '0007_persons_row_security', now()),
('cases', '0008_records', now()),
('cases', '0009_records_row_security', now()),
('cases', '0010_report_of_a_reply', now()),
('cases', '0011_case_told', now()),
('operations', '0002_programme', now()),
('operations', '0003_need_to_know', now()),
('operations', '0004_membership_page', now()),
('operations', '0005_kept', now()),
('linking', '0001_initial', now()),
('operations', '0006_notes', now()),
('cases', '0012_operations_by_membership', now()),
('clocks', '0001_initial', now()),
('clocks', '0002_row_security', now()),
('cybertipline', '0001_initial', now()),
('cybertipline', '0002_row_security', now()),
('cybertipline', '0003_sandbox', now()),
('cybertipline', '0004_kept_text', now()),
('reports', '0044_package_channel', now()),
('doors', '0001_initial', now()),
('doors', '0002_row_security', now()),
('doors', '0010_feedback', now()),
('doors', '0011_alerts', now()),
('doors', '0012_judgements', now()),
('doors', '0013_told', now()),
('exhibits', '0001_initial', now()),
('exhibits', '0002_row_security', now()),
('retention', '0003_told', now()),
('records', '0001_initial', now()),
('records', '0002_row_security', now()),
('parties', '0001_initial', now()),
('outcomes', '0001_initial', now()),
('outcomes', '0002_row_security', now()),
('outcomes', '0003_counts', now()),
('outcomes', '0004_told', now()),
('federation', '0001_initial', now()),
('federation', '0002_triggers', now()),
('federation', '0003_told', now()),
('federation', '0004_refused_index', now()),
('hash_lists', '0001_initial', now()),
('hash_lists', '0002_row_security', now()),
('leads', '0001_initial', now()),
('leads', '0002_row_security', now()),
('letters', '0001_initial', now()),
('letters', '0002_row_security', now()),
('procrastinate', '0001_initial', now()),
('procrastinate', '0002_drop_started_at_column', now()),
('procrastinate', '0003_drop_started_at_column', now()),
('procrastinate', '0004_drop_procrastinate_version_table', now()),
('procrastinate', '0005_fix_procrastinate_fetch_job', now()),
('procrastinate', '0006_fix_trigger_status_events_insert', now()),
('procrastinate', '0007_add_queueing_lock_column', now()),
('procrastinate', '0008_close_fetch_job_race_condition', now()),
('procrastinate', '0009_add_defer_job_function', now()),
('procrastinate', '0010_add_procrastinate_periodic_defers', now()),
('procrastinate', '0011_add_foreign_key_index', now()),
('procrastinate', '0012_add_locks_to_periodic_defer', now()),
('procrastinate', '0013_fix_procrastinate_defer_periodic_job', now()),
('procrastinate', '0014_add_finish_job_and_retry_job_functions', now()),
('procrastinate', '0015_add_trigger_on_job_deletion', now()),
('procrastinate', '0016_delete_finished_jobs', now()),
('procrastinate', '0017_add_checks_to_finish_job', now()),
('procrastinate', '0018_add_checks_to_retry_job', now()),
('procrastinate', '0019_fix_finish_job_compat_issue', now()),
('procrastinate', '0020_add_index_on_procrastinate_jobs', now()),
('procrastinate', '0021_add_kwargs_to_defer_periodic_job', now()),
('procrastinate', '0022_null_locks_excluded', now()),
('procrastinate', '0023_remove_old_finish_job_function', now()),
('procrastinate', '0024_job_id_bigint', now()),
('procrastinate', '0025_add_models', now()),
('procrastinate', '0026_add_job_priority', now()),
('procrastinate', '0027_add_periodic_job_priority', now()),
('procrastinate', '0028_add_cancel_states', now()),
('procrastinate', '0029_add_additional_params_to_retry_job', now()),
('procrastinate', '0030_alter_procrastinateevent_options', now()),
('procrastinate', '0031_add_indexes_for_fetch_job', now()),
('procrastinate', '0032_pre_cancel_notification', now()),
('procrastinate', '0033_post_cancel_notification', now()),
('procrastinate', '0034_pre_add_heartbeat', now()),
('procrastinate', '0035_post_add_heartbeat', now()),
('procrastinate', '0036_add_worker_model', now()),
('procrastinate', '0037_pre_batch_defer_jobs', now()),
('procrastinate', '0038_post_batch_defer_jobs', now()),
('procrastinate', '0039_pre_priority_lock_fetch_job', now()),
('procrastinate', '0040_pre_retry_failed_job', now()),
('procrastinate', '0041_post_retry_failed_job', now()),
('linking', '0002_row_security', now()),
('linking', '0003_clusters', now()),
('linking', '0004_row_security_of_clusters', now()),
('linking', '0010_edges_not_pairs', now()),
('linking', '0011_hub_counted', now()),
('linking', '0012_links_told', now()),
('linking', '0020_compared', now()),
('matching', '0001_initial', now()),
('matching', '0002_row_security', now()),
('mfa', '0001_initial', now()),
('mfa', '0002_authenticator_timestamps', now()),
('mfa', '0003_authenticator_type_uniq', now()),
('packages', '0001_initial', now()),
('packages', '0002_row_security', now()),
('packages', '0003_returns', now()),
('packages', '0004_sealed_releases', now()),
('packages', '0005_sealed_row_security', now()),
('packages', '0006_history', now()),
('parties', '0002_link_alerts', now()),
('pipeline', '0001_initial', now()),
('pipeline', '0002_row_security', now()),
('pipeline', '0003_quarantine_reasons', now()),
('process', '0001_initial', now()),
('process', '0002_row_security_and_rates', now()),
('public_form', '0001_initial', now()),
('public_form', '0002_row_security', now()),
('publishing', '0001_initial', now()),
('publishing', '0002_row_security', now()),
('replies', '0001_initial', now()),
('replies', '0002_row_security', now()),
('replies', '0003_not_counted', now()),
('replies', '0004_answers', now()),
('routing', '0001_initial', now()),
('routing', '0002_row_security', now()),
('routing', '0003_rule_sets', now()),
('safeguarding', '0001_initial', now()),
('safeguarding', '0002_locks', now()),
('sandbox', '0001_initial', now()),
('sandbox', '0002_row_security', now()),
('sessions', '0001_initial', now()),
('socialaccount', '0001_initial', now()),
('socialaccount', '0002_token_max_lengths', now()),
('socialaccount', '0003_extra_data_default_dict', now()),
('socialaccount', '0004_app_provider_id_settings', now()),
('socialaccount', '0005_socialtoken_nullable_app', now()),
('socialaccount', '0006_alter_socialaccount_extra_data', now()),
('statistics', '0001_initial', now()),
('statistics', '0002_kept', now()),
('statistics', '0003_cells', now()),
('training_courses', '0001_initial', now()),
('training_courses', '0002_courses', now()),
('training_courses', '0003_locks', now()),
('training_courses', '0004_tests_and_cards', now()),
('training_attempts', '0001_initial', now()),
('training_attempts', '0002_locks', now()),
('training_attempts', '0003_tries_and_worlds', now()),
('training_desk', '0001_initial', now()),
('triage', '0002_row_security', now()),
('usersessions', '0001_initial', now()),
('webhooks', '0001_initial', now()),
('webhooks', '0002_rotation', now());
INSERT INTO public."django_content_type" ("id", "app_label", "model") VALUES
(1, 'auth', 'permission'),
(2, 'auth', 'group'),
(3, 'contenttypes', 'contenttype'),
(4, 'sessions', 'session'),
(5, 'account', 'emailaddress'),
(6, 'account', 'emailconfirmation'),
(7, 'mfa', 'authenticator'),
(8, 'usersessions', 'usersession'),
(9, 'socialaccount', 'socialaccount'),
(10, 'socialaccount', 'socialapp'),
(11, 'socialaccount', 'socialtoken'),
(12, 'procrastinate', 'procrastinateevent'),
(13, 'procrastinate', 'procrastinatejob'),
(14, 'procrastinate', 'procrastinateperiodicdefer'),
(15, 'procrastinate', 'procrastinateworker'),
(16, 'agencies', 'agency'),
(17, 'agencies', 'jurisdiction'),
(18, 'agencies', 'oversight'),
(19, 'agencies', 'agreement'),
(20, 'agencies', 'deskcalendar'),
(21, 'agencies', 'agencyletterhead'),
(22, 'agencies', 'agreementproposal'),
(23, 'accounts', 'reporter'),
(24, 'accounts', 'user'),
(25, 'accounts', 'tries'),
(26, 'accounts', 'apitoken'),
(27, 'accounts', 'reportercredential'),
(28, 'audit', 'entry'),
(29, 'audit', 'leaf'),
(30, 'audit', 'pending'),
(31, 'audit', 'storedcheckpoint'),
(32, 'audit', 'log'),
(33, 'audit', 'node'),
(34, 'audit', 'publication'),
(35, 'reports', 'identifier'),
(36, 'reports', 'report'),
(37, 'reports', 'person'),
(38, 'reports', 'holding'),
(39, 'reports', 'reportedfile'),
(40, 'reports', 'document'),
(41, 'reports', 'sighting'),
(42, 'reports', 'unmasking'),
(43, 'reports', 'unmaskingend'),
(44, 'reports', 'unmaskingreview'),
(45, 'referrals', 'referral'),
(46, 'referrals', 'standingrule'),
(47, 'referrals', 'waiting'),
(48, 'referrals', 'duenotice'),
(49, 'referrals', 'referralevent'),
(50, 'referrals', 'deskrow'),
(51, 'doors', 'alert'),
(52, 'doors', 'doorcall'),
(53, 'doors', 'providerday'),
(54, 'doors', 'feedback'),
(55, 'doors', 'feedbackday'),
(56, 'doors', 'judgement'),
(57, 'cybertipline', 'refuseddocument'),
(58, 'sandbox', 'sandboxreport'),
(59, 'sandbox', 'sandboxfile'),
(60, 'public_form', 'publiccontact'),
(61, 'public_form', 'publicreport'),
(62, 'public_form', 'message'),
(63, 'pipeline', 'quarantine'),
(64, 'pipeline', 'stagerun'),
(65, 'attribution', 'source'),
(66, 'attribution', 'attribution'),
(67, 'attribution', 'addressrange'),
(68, 'attribution', 'sourcepart'),
(69, 'attribution', 'recomputation'),
(70, 'attribution', 'whereabouts'),
(71, 'attribution', 'earlieranswer'),
(72, 'attribution', 'providerdirectory'),
(73, 'attribution', 'expirynotice'),
(74, 'attribution', 'logclock'),
(75, 'attribution', 'preservationnote'),
(76, 'attribution', 'reportclock'),
(77, 'linking', 'hub'),
(78, 'linking', 'cluster'),
(79, 'linking', 'clusterchange'),
(80, 'linking', 'cut'),
(81, 'linking', 'edge'),
(82, 'linking', 'member'),
(83, 'linking', 'suggestion'),
(84, 'linking', 'tie'),
(85, 'linking', 'compared'),
(86, 'matching', 'hashvalue'),
(87, 'matching', 'knownlist'),
(88, 'matching', 'knownhash'),
(89, 'matching', 'match'),
(90, 'matching', 'nearvalue'),
(91, 'matching', 'filehash'),
(92, 'triage', 'score'),
(93, 'routing', 'decision'),
(94, 'routing', 'rulesample'),
(95, 'routing', 'ruleset'),
(96, 'routing', 'rulepreview'),
(97, 'routing', 'decisiondesk'),
(98, 'routing', 'reroute'),
(99, 'operations', 'operation'),
(100, 'operations', 'actionday'),
(101, 'operations', 'boardentry'),
(102, 'operations', 'closing'),
(103, 'operations', 'districttask'),
(104, 'operations', 'goal'),
(105, 'operations', 'membership'),
(106, 'operations', 'operationagency'),
(107, 'operations', 'operationmember'),
(108, 'operations', 'operationtask'),
(109, 'operations', 'phase'),
(110, 'operations', 'rule'),
(111, 'operations', 'changed'),
(112, 'operations', 'fact'),
(113, 'operations', 'tally'),
(114, 'cases', 'case'),
(115, 'cases', 'casehandle'),
(116, 'cases', 'caseoffence'),
(117, 'cases', 'casereport'),
(118, 'cases', 'caseassignment'),
(119, 'cases', 'caseperson'),
(120, 'cases', 'personevidence'),
(121, 'cases', 'caseending'),
(122, 'cases', 'caselink'),
(123, 'cases', 'casetask'),
(124, 'cases', 'casetransfer'),
(125, 'cases', 'diaryentry'),
(126, 'cases', 'firentry'),
(127, 'cases', 'numbercounter'),
(128, 'cases', 'numberscheme'),
(129, 'cases', 'offenceact'),
(130, 'cases', 'officerchange'),
(131, 'cases', 'preliminaryenquiry'),
(132, 'cases', 'standingproposal'),
(133, 'cases', 'proposalevidence'),
(134, 'cases', 'standingchange'),
(135, 'clocks', 'clock'),
(136, 'clocks', 'rulesfile'),
(137, 'clocks', 'pause'),
(138, 'letters', 'letter'),
(139, 'letters', 'letterversion'),
(140, 'process', 'platformdirectory'),
(141, 'process', 'request'),
(142, 'process', 'requestalert'),
(143, 'process', 'requestevent'),
(144, 'process', 'requestitem'),
(145, 'replies', 'reply'),
(146, 'replies', 'replymapping'),
(147, 'replies', 'replyrow'),
(148, 'replies', 'replyfile'),
(149, 'replies', 'replyfinding'),
(150, 'exhibits', 'exhibit'),
(151, 'exhibits', 'exhibitscheme'),
(152, 'exhibits', 'hashlayout'),
(153, 'exhibits', 'custodyevent'),
(154, 'exhibits', 'exhibitdigest'),
(155, 'exhibits', 'hashimport'),
(156, 'exhibits', 'exhibithash'),
(157, 'outcomes', 'outcome'),
(158, 'outcomes', 'reminder'),
(159, 'outcomes', 'reportoutcome'),
(160, 'safeguarding', 'child'),
(161, 'safeguarding', 'childnote'),
(162, 'safeguarding', 'preference'),
(163, 'safeguarding', 'step'),
(164, 'safeguarding', 'supportreferral'),
(165, 'safeguarding', 'supportanswer'),
(166, 'leads', 'stepmark'),
(167, 'retention', 'destruction'),
(168, 'retention', 'certificate'),
(169, 'retention', 'destructionitem'),
(170, 'retention', 'hold'),
(171, 'retention', 'schedule'),
(172, 'retention', 'agreed'),
(173, 'federation', 'link'),
(174, 'federation', 'incoming'),
(175, 'federation', 'nonce'),
(176, 'federation', 'outgoing'),
(177, 'federation', 'below'),
(178, 'hash_lists', 'hashlist'),
(179, 'hash_lists', 'finding'),
(180, 'hash_lists', 'entry'),
(181, 'hash_lists', 'edition'),
(182, 'hash_lists', 'moment'),
(183, 'hash_lists', 'subscriber'),
(184, 'hash_lists', 'foundhash'),
(185, 'packages', 'refusedpackage'),
(186, 'packages', 'sentpackage'),
(187, 'packages', 'senthop'),
(188, 'packages', 'takenpackage'),
(189, 'packages', 'takenreturn'),
(190, 'packages', 'sealedrelease'),
(191, 'parties', 'ownname'),
(192, 'parties', 'peer'),
(193, 'parties', 'peerkey'),
(194, 'parties', 'remotedesk'),
(195, 'parties', 'linkalert'),
(196, 'records', 'reportorigin'),
(197, 'records', 'hoporigin'),
(198, 'webhooks', 'subscription'),
(199, 'webhooks', 'delivery'),
(200, 'statistics', 'stale'),
(201, 'statistics', 'kept'),
(202, 'statistics', 'fact'),
(203, 'statistics', 'requestfact'),
(204, 'statistics', 'snapshot'),
(205, 'statistics', 'cell'),
(206, 'statistics', 'tally'),
(207, 'publishing', 'draw'),
(208, 'publishing', 'schedule'),
(209, 'publishing', 'scheduledreport'),
(210, 'publishing', 'transparency'),
(211, 'publishing', 'publishedfile'),
(212, 'training_courses', 'course'),
(213, 'training_courses', 'exercise'),
(214, 'training_courses', 'trainee'),
(215, 'training_courses', 'enrolment'),
(216, 'training_courses', 'attendance'),
(217, 'training_courses', 'certificate'),
(218, 'training_courses', 'entrycode'),
(219, 'training_courses', 'instructor'),
(220, 'training_courses', 'paper'),
(221, 'training_courses', 'session'),
(222, 'training_attempts', 'attempt'),
(223, 'training_attempts', 'answer'),
(224, 'training_attempts', 'event'),
(225, 'training_attempts', 'expected'),
(226, 'training_attempts', 'hinttaken'),
(227, 'training_attempts', 'kept'),
(228, 'training_attempts', 'review'),
(229, 'training_attempts', 'keptworld'),
(230, 'training_desk', 'desk'),
(231, 'api', 'answered');
SELECT setval(pg_get_serial_sequence('public.django_content_type', 'id'), 231);
INSERT INTO public."auth_permission" ("id", "name", "content_type_id", "codename") VALUES
(1, 'Can add permission', 1, 'add_permission'),
(2, 'Can change permission', 1, 'change_permission'),
(3, 'Can delete permission', 1, 'delete_permission'),
(4, 'Can view permission', 1, 'view_permission'),
(5, 'Can add group', 2, 'add_group'),
(6, 'Can change group', 2, 'change_group'),
(7, 'Can delete group', 2, 'delete_group'),
(8, 'Can view group', 2, 'view_group'),
(9, 'Can add content type', 3, 'add_contenttype'),
(10, 'Can change content type', 3, 'change_contenttype'),
(11, 'Can delete content type', 3, 'delete_contenttype'),
(12, 'Can view content type', 3, 'view_contenttype'),
(13, 'Can add session', 4, 'add_session'),
(14, 'Can change session', 4, 'change_session'),
(15, 'Can delete session', 4, 'delete_session'),
(16, 'Can view session', 4, 'view_session'),
(17, 'Can add email address', 5, 'add_emailaddress'),
(18, 'Can change email address', 5, 'change_emailaddress'),
(19, 'Can delete email address', 5, 'delete_emailaddress'),
(20, 'Can view email address', 5, 'view_emailaddress'),
(21, 'Can add email confirmation', 6, 'add_emailconfirmation'),
(22, 'Can change email confirmation', 6, 'change_emailconfirmation'),
(23, 'Can delete email confirmation', 6, 'delete_emailconfirmation'),
(24, 'Can view email confirmation', 6, 'view_emailconfirmation'),
(25, 'Can add authenticator', 7, 'add_authenticator'),
(26, 'Can change authenticator', 7, 'change_authenticator'),
(27, 'Can delete authenticator', 7, 'delete_authenticator'),
(28, 'Can view authenticator', 7, 'view_authenticator'),
(29, 'Can add user session', 8, 'add_usersession'),
(30, 'Can change user session', 8, 'change_usersession'),
(31, 'Can delete user session', 8, 'delete_usersession'),
(32, 'Can view user session', 8, 'view_usersession'),
(33, 'Can add social account', 9, 'add_socialaccount'),
(34, 'Can change social account', 9, 'change_socialaccount'),
(35, 'Can delete social account', 9, 'delete_socialaccount'),
(36, 'Can view social account', 9, 'view_socialaccount'),
(37, 'Can add social application', 10, 'add_socialapp'),
(38, 'Can change social application', 10, 'change_socialapp'),
(39, 'Can delete social application', 10, 'delete_socialapp'),
(40, 'Can view social application', 10, 'view_socialapp'),
(41, 'Can add social application token', 11, 'add_socialtoken'),
(42, 'Can change social application token', 11, 'change_socialtoken'),
(43, 'Can delete social application token', 11, 'delete_socialtoken'),
(44, 'Can view social application token', 11, 'view_socialtoken'),
(45, 'Can add procrastinate event', 12, 'add_procrastinateevent'),
(46, 'Can change procrastinate event', 12, 'change_procrastinateevent'),
(47, 'Can delete procrastinate event', 12, 'delete_procrastinateevent'),
(48, 'Can view procrastinate event', 12, 'view_procrastinateevent'),
(49, 'Can add procrastinate job', 13, 'add_procrastinatejob'),
(50, 'Can change procrastinate job', 13, 'change_procrastinatejob'),
(51, 'Can delete procrastinate job', 13, 'delete_procrastinatejob'),
(52, 'Can view procrastinate job', 13, 'view_procrastinatejob'),
(53, 'Can add procrastinate periodic defer', 14, 'add_procrastinateperiodicdefer'),
(54, 'Can change procrastinate periodic defer', 14, 'change_procrastinateperiodicdefer'),
(55, 'Can delete procrastinate periodic defer', 14, 'delete_procrastinateperiodicdefer'),
(56, 'Can view procrastinate periodic defer', 14, 'view_procrastinateperiodicdefer'),
(57, 'Can add procrastinate worker', 15, 'add_procrastinateworker'),
(58, 'Can change procrastinate worker', 15, 'change_procrastinateworker'),
(59, 'Can delete procrastinate worker', 15, 'delete_procrastinateworker'),
(60, 'Can view procrastinate worker', 15, 'view_procrastinateworker'),
(61, 'Can add agency', 16, 'add_agency'),
(62, 'Can change agency', 16, 'change_agency'),
(63, 'Can delete agency', 16, 'delete_agency'),
(64, 'Can view agency', 16, 'view_agency'),
(65, 'Can add jurisdiction', 17, 'add_jurisdiction'),
(66, 'Can change jurisdiction', 17, 'change_jurisdiction'),
(67, 'Can delete jurisdiction', 17, 'delete_jurisdiction'),
(68, 'Can view jurisdiction', 17, 'view_jurisdiction'),
(69, 'Can add oversight', 18, 'add_oversight'),
(70, 'Can change oversight', 18, 'change_oversight'),
(71, 'Can delete oversight', 18, 'delete_oversight'),
(72, 'Can view oversight', 18, 'view_oversight'),
(73, 'Can add agreement', 19, 'add_agreement'),
(74, 'Can change agreement', 19, 'change_agreement'),
(75, 'Can delete agreement', 19, 'delete_agreement'),
(76, 'Can view agreement', 19, 'view_agreement'),
(77, 'Can add desk calendar', 20, 'add_deskcalendar'),
(78, 'Can change desk calendar', 20, 'change_deskcalendar'),
(79, 'Can delete desk calendar', 20, 'delete_deskcalendar'),
(80, 'Can view desk calendar', 20, 'view_deskcalendar'),
(81, 'Can add agency letterhead', 21, 'add_agencyletterhead'),
(82, 'Can change agency letterhead', 21, 'change_agencyletterhead'),
(83, 'Can delete agency letterhead', 21, 'delete_agencyletterhead'),
(84, 'Can view agency letterhead', 21, 'view_agencyletterhead'),
(85, 'Can add agreement proposal', 22, 'add_agreementproposal'),
(86, 'Can change agreement proposal', 22, 'change_agreementproposal'),
(87, 'Can delete agreement proposal', 22, 'delete_agreementproposal'),
(88, 'Can view agreement proposal', 22, 'view_agreementproposal'),
(89, 'Can add reporter', 23, 'add_reporter'),
(90, 'Can change reporter', 23, 'change_reporter'),
(91, 'Can delete reporter', 23, 'delete_reporter'),
(92, 'Can view reporter', 23, 'view_reporter'),
(93, 'Can add user', 24, 'add_user'),
(94, 'Can change user', 24, 'change_user'),
(95, 'Can delete user', 24, 'delete_user'),
(96, 'Can view user', 24, 'view_user'),
(97, 'Can add tries', 25, 'add_tries'),
(98, 'Can change tries', 25, 'change_tries'),
(99, 'Can delete tries', 25, 'delete_tries'),
(100, 'Can view tries', 25, 'view_tries'),
(101, 'Can add api token', 26, 'add_apitoken'),
(102, 'Can change api token', 26, 'change_apitoken'),
(103, 'Can delete api token', 26, 'delete_apitoken'),
(104, 'Can view api token', 26, 'view_apitoken'),
(105, 'Can add reporter credential', 27, 'add_reportercredential'),
(106, 'Can change reporter credential', 27, 'change_reportercredential'),
(107, 'Can delete reporter credential', 27, 'delete_reportercredential'),
(108, 'Can view reporter credential', 27, 'view_reportercredential'),
(109, 'Can add entry', 28, 'add_entry'),
(110, 'Can change entry', 28, 'change_entry'),
(111, 'Can delete entry', 28, 'delete_entry'),
(112, 'Can view entry', 28, 'view_entry'),
(113, 'Can add leaf', 29, 'add_leaf'),
(114, 'Can change leaf', 29, 'change_leaf'),
(115, 'Can delete leaf', 29, 'delete_leaf'),
(116, 'Can view leaf', 29, 'view_leaf'),
(117, 'Can add pending', 30, 'add_pending'),
(118, 'Can change pending', 30, 'change_pending'),
(119, 'Can delete pending', 30, 'delete_pending'),
(120, 'Can view pending', 30, 'view_pending'),
(121, 'Can add stored checkpoint', 31, 'add_storedcheckpoint'),
(122, 'Can change stored checkpoint', 31, 'change_storedcheckpoint'),
(123, 'Can delete stored checkpoint', 31, 'delete_storedcheckpoint'),
(124, 'Can view stored checkpoint', 31, 'view_storedcheckpoint'),
(125, 'Can add log', 32, 'add_log'),
(126, 'Can change log', 32, 'change_log'),
(127, 'Can delete log', 32, 'delete_log'),
(128, 'Can view log', 32, 'view_log'),
(129, 'Can add node', 33, 'add_node'),
(130, 'Can change node', 33, 'change_node'),
(131, 'Can delete node', 33, 'delete_node'),
(132, 'Can view node', 33, 'view_node'),
(133, 'Can add publication', 34, 'add_publication'),
(134, 'Can change publication', 34, 'change_publication'),
(135, 'Can delete publication', 34, 'delete_publication'),
(136, 'Can view publication', 34, 'view_publication'),
(137, 'Can add identifier', 35, 'add_identifier'),
(138, 'Can change identifier', 35, 'change_identifier'),
(139, 'Can delete identifier', 35, 'delete_identifier'),
(140, 'Can view identifier', 35, 'view_identifier'),
(141, 'Can add report', 36, 'add_report'),
(142, 'Can change report', 36, 'change_report'),
(143, 'Can delete report', 36, 'delete_report'),
(144, 'Can view report', 36, 'view_report'),
(145, 'Can add person', 37, 'add_person'),
(146, 'Can change person', 37, 'change_person'),
(147, 'Can delete person', 37, 'delete_person'),
(148, 'Can view person', 37, 'view_person'),
(149, 'Can add holding', 38, 'add_holding'),
(150, 'Can change holding', 38, 'change_holding'),
(151, 'Can delete holding', 38, 'delete_holding'),
(152, 'Can view holding', 38, 'view_holding'),
(153, 'Can add reported file', 39, 'add_reportedfile'),
(154, 'Can change reported file', 39, 'change_reportedfile'),
(155, 'Can delete reported file', 39, 'delete_reportedfile'),
(156, 'Can view reported file', 39, 'view_reportedfile'),
(157, 'Can add document', 40, 'add_document'),
(158, 'Can change document', 40, 'change_document'),
(159, 'Can delete document', 40, 'delete_document'),
(160, 'Can view document', 40, 'view_document'),
(161, 'Can add sighting', 41, 'add_sighting'),
(162, 'Can change sighting', 41, 'change_sighting'),
(163, 'Can delete sighting', 41, 'delete_sighting'),
(164, 'Can view sighting', 41, 'view_sighting'),
(165, 'Can add unmasking', 42, 'add_unmasking'),
(166, 'Can change unmasking', 42, 'change_unmasking'),
(167, 'Can delete unmasking', 42, 'delete_unmasking'),
(168, 'Can view unmasking', 42, 'view_unmasking'),
(169, 'Can add unmasking end', 43, 'add_unmaskingend'),
(170, 'Can change unmasking end', 43, 'change_unmaskingend'),
(171, 'Can delete unmasking end', 43, 'delete_unmaskingend'),
(172, 'Can view unmasking end', 43, 'view_unmaskingend'),
(173, 'Can add unmasking review', 44, 'add_unmaskingreview'),
(174, 'Can change unmasking review', 44, 'change_unmaskingreview'),
(175, 'Can delete unmasking review', 44, 'delete_unmaskingreview'),
(176, 'Can view unmasking review', 44, 'view_unmaskingreview'),
(177, 'Can add referral', 45, 'add_referral'),
(178, 'Can change referral', 45, 'change_referral'),
(179, 'Can delete referral', 45, 'delete_referral'),
(180, 'Can view referral', 45, 'view_referral'),
(181, 'Can add standing rule', 46, 'add_standingrule'),
(182, 'Can change standing rule', 46, 'change_standingrule'),
(183, 'Can delete standing rule', 46, 'delete_standingrule'),
(184, 'Can view standing rule', 46, 'view_standingrule'),
(185, 'Can add waiting', 47, 'add_waiting'),
(186, 'Can change waiting', 47, 'change_waiting'),
(187, 'Can delete waiting', 47, 'delete_waiting'),
(188, 'Can view waiting', 47, 'view_waiting'),
(189, 'Can add due notice', 48, 'add_duenotice'),
(190, 'Can change due notice', 48, 'change_duenotice'),
(191, 'Can delete due notice', 48, 'delete_duenotice'),
(192, 'Can view due notice', 48, 'view_duenotice'),
(193, 'Can add referral event', 49, 'add_referralevent'),
(194, 'Can change referral event', 49, 'change_referralevent'),
(195, 'Can delete referral event', 49, 'delete_referralevent'),
(196, 'Can view referral event', 49, 'view_referralevent'),
(197, 'Can add desk row', 50, 'add_deskrow'),
(198, 'Can change desk row', 50, 'change_deskrow'),
(199, 'Can delete desk row', 50, 'delete_deskrow'),
(200, 'Can view desk row', 50, 'view_deskrow'),
(201, 'Can add alert', 51, 'add_alert'),
(202, 'Can change alert', 51, 'change_alert'),
(203, 'Can delete alert', 51, 'delete_alert'),
(204, 'Can view alert', 51, 'view_alert'),
(205, 'Can add door call', 52, 'add_doorcall'),
(206, 'Can change door call', 52, 'change_doorcall'),
(207, 'Can delete door call', 52, 'delete_doorcall'),
(208, 'Can view door call', 52, 'view_doorcall'),
(209, 'Can add provider day', 53, 'add_providerday'),
(210, 'Can change provider day', 53, 'change_providerday'),
(211, 'Can delete provider day', 53, 'delete_providerday'),
(212, 'Can view provider day', 53, 'view_providerday'),
(213, 'Can add feedback', 54, 'add_feedback'),
(214, 'Can change feedback', 54, 'change_feedback'),
(215, 'Can delete feedback', 54, 'delete_feedback'),
(216, 'Can view feedback', 54, 'view_feedback'),
(217, 'Can add feedback day', 55, 'add_feedbackday'),
(218, 'Can change feedback day', 55, 'change_feedbackday'),
(219, 'Can delete feedback day', 55, 'delete_feedbackday'),
(220, 'Can view feedback day', 55, 'view_feedbackday'),
(221, 'Can add judgement', 56, 'add_judgement'),
(222, 'Can change judgement', 56, 'change_judgement'),
(223, 'Can delete judgement', 56, 'delete_judgement'),
(224, 'Can view judgement', 56, 'view_judgement'),
(225, 'Can add refused document', 57, 'add_refuseddocument'),
(226, 'Can change refused document', 57, 'change_refuseddocument'),
(227, 'Can delete refused document', 57, 'delete_refuseddocument'),
(228, 'Can view refused document', 57, 'view_refuseddocument'),
(229, 'Can add sandbox report', 58, 'add_sandboxreport'),
(230, 'Can change sandbox report', 58, 'change_sandboxreport'),
(231, 'Can delete sandbox report', 58, 'delete_sandboxreport'),
(232, 'Can view sandbox report', 58, 'view_sandboxreport'),
(233, 'Can add sandbox file', 59, 'add_sandboxfile'),
(234, 'Can change sandbox file', 59, 'change_sandboxfile'),
(235, 'Can delete sandbox file', 59, 'delete_sandboxfile'),
(236, 'Can view sandbox file', 59, 'view_sandboxfile'),
(237, 'Can add public contact', 60, 'add_publiccontact'),
(238, 'Can change public contact', 60, 'change_publiccontact'),
(239, 'Can delete public contact', 60, 'delete_publiccontact'),
(240, 'Can view public contact', 60, 'view_publiccontact'),
(241, 'Can add public report', 61, 'add_publicreport'),
(242, 'Can change public report', 61, 'change_publicreport'),
(243, 'Can delete public report', 61, 'delete_publicreport'),
(244, 'Can view public report', 61, 'view_publicreport'),
(245, 'Can add message', 62, 'add_message'),
(246, 'Can change message', 62, 'change_message'),
(247, 'Can delete message', 62, 'delete_message'),
(248, 'Can view message', 62, 'view_message'),
(249, 'Can add quarantine', 63, 'add_quarantine'),
(250, 'Can change quarantine', 63, 'change_quarantine'),
(251, 'Can delete quarantine', 63, 'delete_quarantine'),
(252, 'Can view quarantine', 63, 'view_quarantine'),
(253, 'Can add stage run', 64, 'add_stagerun'),
(254, 'Can change stage run', 64, 'change_stagerun'),
(255, 'Can delete stage run', 64, 'delete_stagerun'),
(256, 'Can view stage run', 64, 'view_stagerun'),
(257, 'Can add source', 65, 'add_source'),
(258, 'Can change source', 65, 'change_source'),
(259, 'Can delete source', 65, 'delete_source'),
(260, 'Can view source', 65, 'view_source'),
(261, 'Can add attribution', 66, 'add_attribution'),
(262, 'Can change attribution', 66, 'change_attribution'),
(263, 'Can delete attribution', 66, 'delete_attribution'),
(264, 'Can view attribution', 66, 'view_attribution'),
(265, 'Can add address range', 67, 'add_addressrange'),
(266, 'Can change address range', 67, 'change_addressrange'),
(267, 'Can delete address range', 67, 'delete_addressrange'),
(268, 'Can view address range', 67, 'view_addressrange'),
(269, 'Can add source part', 68, 'add_sourcepart'),
(270, 'Can change source part', 68, 'change_sourcepart'),
(271, 'Can delete source part', 68, 'delete_sourcepart'),
(272, 'Can view source part', 68, 'view_sourcepart'),
(273, 'Can add recomputation', 69, 'add_recomputation'),
(274, 'Can change recomputation', 69, 'change_recomputation'),
(275, 'Can delete recomputation', 69, 'delete_recomputation'),
(276, 'Can view recomputation', 69, 'view_recomputation'),
(277, 'Can add whereabouts', 70, 'add_whereabouts'),
(278, 'Can change whereabouts', 70, 'change_whereabouts'),
(279, 'Can delete whereabouts', 70, 'delete_whereabouts'),
(280, 'Can view whereabouts', 70, 'view_whereabouts'),
(281, 'Can add earlier answer', 71, 'add_earlieranswer'),
(282, 'Can change earlier answer', 71, 'change_earlieranswer'),
(283, 'Can delete earlier answer', 71, 'delete_earlieranswer'),
(284, 'Can view earlier answer', 71, 'view_earlieranswer'),
(285, 'Can add provider directory', 72, 'add_providerdirectory'),
(286, 'Can change provider directory', 72, 'change_providerdirectory'),
(287, 'Can delete provider directory', 72, 'delete_providerdirectory'),
(288, 'Can view provider directory', 72, 'view_providerdirectory'),
(289, 'Can add expiry notice', 73, 'add_expirynotice'),
(290, 'Can change expiry notice', 73, 'change_expirynotice'),
(291, 'Can delete expiry notice', 73, 'delete_expirynotice'),
(292, 'Can view expiry notice', 73, 'view_expirynotice'),
(293, 'Can add log clock', 74, 'add_logclock'),
(294, 'Can change log clock', 74, 'change_logclock'),
(295, 'Can delete log clock', 74, 'delete_logclock'),
(296, 'Can view log clock', 74, 'view_logclock'),
(297, 'Can add preservation note', 75, 'add_preservationnote'),
(298, 'Can change preservation note', 75, 'change_preservationnote'),
(299, 'Can delete preservation note', 75, 'delete_preservationnote'),
(300, 'Can view preservation note', 75, 'view_preservationnote'),
(301, 'Can add report clock', 76, 'add_reportclock'),
(302, 'Can change report clock', 76, 'change_reportclock'),
(303, 'Can delete report clock', 76, 'delete_reportclock'),
(304, 'Can view report clock', 76, 'view_reportclock'),
(305, 'Can add hub', 77, 'add_hub'),
(306, 'Can change hub', 77, 'change_hub'),
(307, 'Can delete hub', 77, 'delete_hub'),
(308, 'Can view hub', 77, 'view_hub'),
(309, 'Can add cluster', 78, 'add_cluster'),
(310, 'Can change cluster', 78, 'change_cluster'),
(311, 'Can delete cluster', 78, 'delete_cluster'),
(312, 'Can view cluster', 78, 'view_cluster'),
(313, 'Can add cluster change', 79, 'add_clusterchange'),
(314, 'Can change cluster change', 79, 'change_clusterchange'),
(315, 'Can delete cluster change', 79, 'delete_clusterchange'),
(316, 'Can view cluster change', 79, 'view_clusterchange'),
(317, 'Can add cut', 80, 'add_cut'),
(318, 'Can change cut', 80, 'change_cut'),
(319, 'Can delete cut', 80, 'delete_cut'),
(320, 'Can view cut', 80, 'view_cut'),
(321, 'Can add edge', 81, 'add_edge'),
(322, 'Can change edge', 81, 'change_edge'),
(323, 'Can delete edge', 81, 'delete_edge'),
(324, 'Can view edge', 81, 'view_edge'),
(325, 'Can add member', 82, 'add_member'),
(326, 'Can change member', 82, 'change_member'),
(327, 'Can delete member', 82, 'delete_member'),
(328, 'Can view member', 82, 'view_member'),
(329, 'Can add suggestion', 83, 'add_suggestion'),
(330, 'Can change suggestion', 83, 'change_suggestion'),
(331, 'Can delete suggestion', 83, 'delete_suggestion'),
(332, 'Can view suggestion', 83, 'view_suggestion'),
(333, 'Can add tie', 84, 'add_tie'),
(334, 'Can change tie', 84, 'change_tie'),
(335, 'Can delete tie', 84, 'delete_tie'),
(336, 'Can view tie', 84, 'view_tie'),
(337, 'Can add compared', 85, 'add_compared'),
(338, 'Can change compared', 85, 'change_compared'),
(339, 'Can delete compared', 85, 'delete_compared'),
(340, 'Can view compared', 85, 'view_compared'),
(341, 'Can add hash value', 86, 'add_hashvalue'),
(342, 'Can change hash value', 86, 'change_hashvalue'),
(343, 'Can delete hash value', 86, 'delete_hashvalue'),
(344, 'Can view hash value', 86, 'view_hashvalue'),
(345, 'Can add known list', 87, 'add_knownlist'),
(346, 'Can change known list', 87, 'change_knownlist'),
(347, 'Can delete known list', 87, 'delete_knownlist'),
(348, 'Can view known list', 87, 'view_knownlist'),
(349, 'Can add known hash', 88, 'add_knownhash'),
(350, 'Can change known hash', 88, 'change_knownhash'),
(351, 'Can delete known hash', 88, 'delete_knownhash'),
(352, 'Can view known hash', 88, 'view_knownhash'),
(353, 'Can add match', 89, 'add_match'),
(354, 'Can change match', 89, 'change_match'),
(355, 'Can delete match', 89, 'delete_match'),
(356, 'Can view match', 89, 'view_match'),
(357, 'Can add near value', 90, 'add_nearvalue'),
(358, 'Can change near value', 90, 'change_nearvalue'),
(359, 'Can delete near value', 90, 'delete_nearvalue'),
(360, 'Can view near value', 90, 'view_nearvalue'),
(361, 'Can add file hash', 91, 'add_filehash'),
(362, 'Can change file hash', 91, 'change_filehash'),
(363, 'Can delete file hash', 91, 'delete_filehash'),
(364, 'Can view file hash', 91, 'view_filehash'),
(365, 'Can add score', 92, 'add_score'),
(366, 'Can change score', 92, 'change_score'),
(367, 'Can delete score', 92, 'delete_score'),
(368, 'Can view score', 92, 'view_score'),
(369, 'Can add decision', 93, 'add_decision'),
(370, 'Can change decision', 93, 'change_decision'),
(371, 'Can delete decision', 93, 'delete_decision'),
(372, 'Can view decision', 93, 'view_decision'),
(373, 'Can add rule sample', 94, 'add_rulesample'),
(374, 'Can change rule sample', 94, 'change_rulesample'),
(375, 'Can delete rule sample', 94, 'delete_rulesample'),
(376, 'Can view rule sample', 94, 'view_rulesample'),
(377, 'Can add rule set', 95, 'add_ruleset'),
(378, 'Can change rule set', 95, 'change_ruleset'),
(379, 'Can delete rule set', 95, 'delete_ruleset'),
(380, 'Can view rule set', 95, 'view_ruleset'),
(381, 'Can add rule preview', 96, 'add_rulepreview'),
(382, 'Can change rule preview', 96, 'change_rulepreview'),
(383, 'Can delete rule preview', 96, 'delete_rulepreview'),
(384, 'Can view rule preview', 96, 'view_rulepreview'),
(385, 'Can add decision desk', 97, 'add_decisiondesk'),
(386, 'Can change decision desk', 97, 'change_decisiondesk'),
(387, 'Can delete decision desk', 97, 'delete_decisiondesk'),
(388, 'Can view decision desk', 97, 'view_decisiondesk'),
(389, 'Can add reroute', 98, 'add_reroute'),
(390, 'Can change reroute', 98, 'change_reroute'),
(391, 'Can delete reroute', 98, 'delete_reroute'),
(392, 'Can view reroute', 98, 'view_reroute'),
(393, 'Can add operation', 99, 'add_operation'),
(394, 'Can change operation', 99, 'change_operation'),
(395, 'Can delete operation', 99, 'delete_operation'),
(396, 'Can view operation', 99, 'view_operation'),
(397, 'Can add action day', 100, 'add_actionday'),
(398, 'Can change action day', 100, 'change_actionday'),
(399, 'Can delete action day', 100, 'delete_actionday'),
(400, 'Can view action day', 100, 'view_actionday'),
(401, 'Can add board entry', 101, 'add_boardentry'),
(402, 'Can change board entry', 101, 'change_boardentry'),
(403, 'Can delete board entry', 101, 'delete_boardentry'),
(404, 'Can view board entry', 101, 'view_boardentry'),
(405, 'Can add closing', 102, 'add_closing'),
(406, 'Can change closing', 102, 'change_closing'),
(407, 'Can delete closing', 102, 'delete_closing'),
(408, 'Can view closing', 102, 'view_closing'),
(409, 'Can add district task', 103, 'add_districttask'),
(410, 'Can change district task', 103, 'change_districttask'),
(411, 'Can delete district task', 103, 'delete_districttask'),
(412, 'Can view district task', 103, 'view_districttask'),
(413, 'Can add goal', 104, 'add_goal'),
(414, 'Can change goal', 104, 'change_goal'),
(415, 'Can delete goal', 104, 'delete_goal'),
(416, 'Can view goal', 104, 'view_goal'),
(417, 'Can add membership', 105, 'add_membership'),
(418, 'Can change membership', 105, 'change_membership'),
(419, 'Can delete membership', 105, 'delete_membership'),
(420, 'Can view membership', 105, 'view_membership'),
(421, 'Can add operation agency', 106, 'add_operationagency'),
(422, 'Can change operation agency', 106, 'change_operationagency'),
(423, 'Can delete operation agency', 106, 'delete_operationagency'),
(424, 'Can view operation agency', 106, 'view_operationagency'),
(425, 'Can add operation member', 107, 'add_operationmember'),
(426, 'Can change operation member', 107, 'change_operationmember'),
(427, 'Can delete operation member', 107, 'delete_operationmember'),
(428, 'Can view operation member', 107, 'view_operationmember'),
(429, 'Can add operation task', 108, 'add_operationtask'),
(430, 'Can change operation task', 108, 'change_operationtask'),
(431, 'Can delete operation task', 108, 'delete_operationtask'),
(432, 'Can view operation task', 108, 'view_operationtask'),
(433, 'Can add phase', 109, 'add_phase'),
(434, 'Can change phase', 109, 'change_phase'),
(435, 'Can delete phase', 109, 'delete_phase'),
(436, 'Can view phase', 109, 'view_phase'),
(437, 'Can add rule', 110, 'add_rule'),
(438, 'Can change rule', 110, 'change_rule'),
(439, 'Can delete rule', 110, 'delete_rule'),
(440, 'Can view rule', 110, 'view_rule'),
(441, 'Can add changed', 111, 'add_changed'),
(442, 'Can change changed', 111, 'change_changed'),
(443, 'Can delete changed', 111, 'delete_changed'),
(444, 'Can view changed', 111, 'view_changed'),
(445, 'Can add fact', 112, 'add_fact'),
(446, 'Can change fact', 112, 'change_fact'),
(447, 'Can delete fact', 112, 'delete_fact'),
(448, 'Can view fact', 112, 'view_fact'),
(449, 'Can add tally', 113, 'add_tally'),
(450, 'Can change tally', 113, 'change_tally'),
(451, 'Can delete tally', 113, 'delete_tally'),
(452, 'Can view tally', 113, 'view_tally'),
(453, 'Can add case', 114, 'add_case'),
(454, 'Can change case', 114, 'change_case'),
(455, 'Can delete case', 114, 'delete_case'),
(456, 'Can view case', 114, 'view_case'),
(457, 'Can add case handle', 115, 'add_casehandle'),
(458, 'Can change case handle', 115, 'change_casehandle'),
(459, 'Can delete case handle', 115, 'delete_casehandle'),
(460, 'Can view case handle', 115, 'view_casehandle'),
(461, 'Can add case offence', 116, 'add_caseoffence'),
(462, 'Can change case offence', 116, 'change_caseoffence'),
(463, 'Can delete case offence', 116, 'delete_caseoffence'),
(464, 'Can view case offence', 116, 'view_caseoffence'),
(465, 'Can add case report', 117, 'add_casereport'),
(466, 'Can change case report', 117, 'change_casereport'),
(467, 'Can delete case report', 117, 'delete_casereport'),
(468, 'Can view case report', 117, 'view_casereport'),
(469, 'Can add case assignment', 118, 'add_caseassignment'),
(470, 'Can change case assignment', 118, 'change_caseassignment'),
(471, 'Can delete case assignment', 118, 'delete_caseassignment'),
(472, 'Can view case assignment', 118, 'view_caseassignment'),
(473, 'Can add case person', 119, 'add_caseperson'),
(474, 'Can change case person', 119, 'change_caseperson'),
(475, 'Can delete case person', 119, 'delete_caseperson'),
(476, 'Can view case person', 119, 'view_caseperson'),
(477, 'Can add person evidence', 120, 'add_personevidence'),
(478, 'Can change person evidence', 120, 'change_personevidence'),
(479, 'Can delete person evidence', 120, 'delete_personevidence'),
(480, 'Can view person evidence', 120, 'view_personevidence'),
(481, 'Can add case ending', 121, 'add_caseending'),
(482, 'Can change case ending', 121, 'change_caseending'),
(483, 'Can delete case ending', 121, 'delete_caseending'),
(484, 'Can view case ending', 121, 'view_caseending'),
(485, 'Can add case link', 122, 'add_caselink'),
(486, 'Can change case link', 122, 'change_caselink'),
(487, 'Can delete case link', 122, 'delete_caselink'),
(488, 'Can view case link', 122, 'view_caselink'),
(489, 'Can add case task', 123, 'add_casetask'),
(490, 'Can change case task', 123, 'change_casetask'),
(491, 'Can delete case task', 123, 'delete_casetask'),
(492, 'Can view case task', 123, 'view_casetask'),
(493, 'Can add case transfer', 124, 'add_casetransfer'),
(494, 'Can change case transfer', 124, 'change_casetransfer'),
(495, 'Can delete case transfer', 124, 'delete_casetransfer'),
(496, 'Can view case transfer', 124, 'view_casetransfer'),
(497, 'Can add diary entry', 125, 'add_diaryentry'),
(498, 'Can change diary entry', 125, 'change_diaryentry'),
(499, 'Can delete diary entry', 125, 'delete_diaryentry'),
(500, 'Can view diary entry', 125, 'view_diaryentry'),
(501, 'Can add fir entry', 126, 'add_firentry'),
(502, 'Can change fir entry', 126, 'change_firentry'),
(503, 'Can delete fir entry', 126, 'delete_firentry'),
(504, 'Can view fir entry', 126, 'view_firentry'),
(505, 'Can add number counter', 127, 'add_numbercounter'),
(506, 'Can change number counter', 127, 'change_numbercounter'),
(507, 'Can delete number counter', 127, 'delete_numbercounter'),
(508, 'Can view number counter', 127, 'view_numbercounter'),
(509, 'Can add number scheme', 128, 'add_numberscheme'),
(510, 'Can change number scheme', 128, 'change_numberscheme'),
(511, 'Can delete number scheme', 128, 'delete_numberscheme'),
(512, 'Can view number scheme', 128, 'view_numberscheme'),
(513, 'Can add offence act', 129, 'add_offenceact'),
(514, 'Can change offence act', 129, 'change_offenceact'),
(515, 'Can delete offence act', 129, 'delete_offenceact'),
(516, 'Can view offence act', 129, 'view_offenceact'),
(517, 'Can add officer change', 130, 'add_officerchange'),
(518, 'Can change officer change', 130, 'change_officerchange'),
(519, 'Can delete officer change', 130, 'delete_officerchange'),
(520, 'Can view officer change', 130, 'view_officerchange'),
(521, 'Can add preliminary enquiry', 131, 'add_preliminaryenquiry'),
(522, 'Can change preliminary enquiry', 131, 'change_preliminaryenquiry'),
(523, 'Can delete preliminary enquiry', 131, 'delete_preliminaryenquiry'),
(524, 'Can view preliminary enquiry', 131, 'view_preliminaryenquiry'),
(525, 'Can add standing proposal', 132, 'add_standingproposal'),
(526, 'Can change standing proposal', 132, 'change_standingproposal'),
(527, 'Can delete standing proposal', 132, 'delete_standingproposal'),
(528, 'Can view standing proposal', 132, 'view_standingproposal'),
(529, 'Can add proposal evidence', 133, 'add_proposalevidence'),
(530, 'Can change proposal evidence', 133, 'change_proposalevidence'),
(531, 'Can delete proposal evidence', 133, 'delete_proposalevidence'),
(532, 'Can view proposal evidence', 133, 'view_proposalevidence'),
(533, 'Can add standing change', 134, 'add_standingchange'),
(534, 'Can change standing change', 134, 'change_standingchange'),
(535, 'Can delete standing change', 134, 'delete_standingchange'),
(536, 'Can view standing change', 134, 'view_standingchange'),
(537, 'Can add clock', 135, 'add_clock'),
(538, 'Can change clock', 135, 'change_clock'),
(539, 'Can delete clock', 135, 'delete_clock'),
(540, 'Can view clock', 135, 'view_clock'),
(541, 'Can add rules file', 136, 'add_rulesfile'),
(542, 'Can change rules file', 136, 'change_rulesfile'),
(543, 'Can delete rules file', 136, 'delete_rulesfile'),
(544, 'Can view rules file', 136, 'view_rulesfile'),
(545, 'Can add pause', 137, 'add_pause'),
(546, 'Can change pause', 137, 'change_pause'),
(547, 'Can delete pause', 137, 'delete_pause'),
(548, 'Can view pause', 137, 'view_pause'),
(549, 'Can add letter', 138, 'add_letter'),
(550, 'Can change letter', 138, 'change_letter'),
(551, 'Can delete letter', 138, 'delete_letter'),
(552, 'Can view letter', 138, 'view_letter'),
(553, 'Can add letter version', 139, 'add_letterversion'),
(554, 'Can change letter version', 139, 'change_letterversion'),
(555, 'Can delete letter version', 139, 'delete_letterversion'),
(556, 'Can view letter version', 139, 'view_letterversion'),
(557, 'Can add platform directory', 140, 'add_platformdirectory'),
(558, 'Can change platform directory', 140, 'change_platformdirectory'),
(559, 'Can delete platform directory', 140, 'delete_platformdirectory'),
(560, 'Can view platform directory', 140, 'view_platformdirectory'),
(561, 'Can add request', 141, 'add_request'),
(562, 'Can change request', 141, 'change_request'),
(563, 'Can delete request', 141, 'delete_request'),
(564, 'Can view request', 141, 'view_request'),
(565, 'Can add request alert', 142, 'add_requestalert'),
(566, 'Can change request alert', 142, 'change_requestalert'),
(567, 'Can delete request alert', 142, 'delete_requestalert'),
(568, 'Can view request alert', 142, 'view_requestalert'),
(569, 'Can add request event', 143, 'add_requestevent'),
(570, 'Can change request event', 143, 'change_requestevent'),
(571, 'Can delete request event', 143, 'delete_requestevent'),
(572, 'Can view request event', 143, 'view_requestevent'),
(573, 'Can add request item', 144, 'add_requestitem'),
(574, 'Can change request item', 144, 'change_requestitem'),
(575, 'Can delete request item', 144, 'delete_requestitem'),
(576, 'Can view request item', 144, 'view_requestitem'),
(577, 'Can add reply', 145, 'add_reply'),
(578, 'Can change reply', 145, 'change_reply'),
(579, 'Can delete reply', 145, 'delete_reply'),
(580, 'Can view reply', 145, 'view_reply'),
(581, 'Can add reply mapping', 146, 'add_replymapping'),
(582, 'Can change reply mapping', 146, 'change_replymapping'),
(583, 'Can delete reply mapping', 146, 'delete_replymapping'),
(584, 'Can view reply mapping', 146, 'view_replymapping'),
(585, 'Can add reply row', 147, 'add_replyrow'),
(586, 'Can change reply row', 147, 'change_replyrow'),
(587, 'Can delete reply row', 147, 'delete_replyrow'),
(588, 'Can view reply row', 147, 'view_replyrow'),
(589, 'Can add reply file', 148, 'add_replyfile'),
(590, 'Can change reply file', 148, 'change_replyfile'),
(591, 'Can delete reply file', 148, 'delete_replyfile'),
(592, 'Can view reply file', 148, 'view_replyfile'),
(593, 'Can add reply finding', 149, 'add_replyfinding'),
(594, 'Can change reply finding', 149, 'change_replyfinding'),
(595, 'Can delete reply finding', 149, 'delete_replyfinding'),
(596, 'Can view reply finding', 149, 'view_replyfinding'),
(597, 'Can add exhibit', 150, 'add_exhibit'),
(598, 'Can change exhibit', 150, 'change_exhibit'),
(599, 'Can delete exhibit', 150, 'delete_exhibit'),
(600, 'Can view exhibit', 150, 'view_exhibit'),
(601, 'Can add exhibit scheme', 151, 'add_exhibitscheme'),
(602, 'Can change exhibit scheme', 151, 'change_exhibitscheme'),
(603, 'Can delete exhibit scheme', 151, 'delete_exhibitscheme'),
(604, 'Can view exhibit scheme', 151, 'view_exhibitscheme'),
(605, 'Can add hash layout', 152, 'add_hashlayout'),
(606, 'Can change hash layout', 152, 'change_hashlayout'),
(607, 'Can delete hash layout', 152, 'delete_hashlayout'),
(608, 'Can view hash layout', 152, 'view_hashlayout'),
(609, 'Can add custody event', 153, 'add_custodyevent'),
(610, 'Can change custody event', 153, 'change_custodyevent'),
(611, 'Can delete custody event', 153, 'delete_custodyevent'),
(612, 'Can view custody event', 153, 'view_custodyevent'),
(613, 'Can add exhibit digest', 154, 'add_exhibitdigest'),
(614, 'Can change exhibit digest', 154, 'change_exhibitdigest'),
(615, 'Can delete exhibit digest', 154, 'delete_exhibitdigest'),
(616, 'Can view exhibit digest', 154, 'view_exhibitdigest'),
(617, 'Can add hash import', 155, 'add_hashimport'),
(618, 'Can change hash import', 155, 'change_hashimport'),
(619, 'Can delete hash import', 155, 'delete_hashimport'),
(620, 'Can view hash import', 155, 'view_hashimport'),
(621, 'Can add exhibit hash', 156, 'add_exhibithash'),
(622, 'Can change exhibit hash', 156, 'change_exhibithash'),
(623, 'Can delete exhibit hash', 156, 'delete_exhibithash'),
(624, 'Can view exhibit hash', 156, 'view_exhibithash'),
(625, 'Can add outcome', 157, 'add_outcome'),
(626, 'Can change outcome', 157, 'change_outcome'),
(627, 'Can delete outcome', 157, 'delete_outcome'),
(628, 'Can view outcome', 157, 'view_outcome'),
(629, 'Can add reminder', 158, 'add_reminder'),
(630, 'Can change reminder', 158, 'change_reminder'),
(631, 'Can delete reminder', 158, 'delete_reminder'),
(632, 'Can view reminder', 158, 'view_reminder'),
(633, 'Can add report outcome', 159, 'add_reportoutcome'),
(634, 'Can change report outcome', 159, 'change_reportoutcome'),
(635, 'Can delete report outcome', 159, 'delete_reportoutcome'),
(636, 'Can view report outcome', 159, 'view_reportoutcome'),
(637, 'Can add child', 160, 'add_child'),
(638, 'Can change child', 160, 'change_child'),
(639, 'Can delete child', 160, 'delete_child'),
(640, 'Can view child', 160, 'view_child'),
(641, 'Can add child note', 161, 'add_childnote'),
(642, 'Can change child note', 161, 'change_childnote'),
(643, 'Can delete child note', 161, 'delete_childnote'),
(644, 'Can view child note', 161, 'view_childnote'),
(645, 'Can add preference', 162, 'add_preference'),
(646, 'Can change preference', 162, 'change_preference'),
(647, 'Can delete preference', 162, 'delete_preference'),
(648, 'Can view preference', 162, 'view_preference'),
(649, 'Can add step', 163, 'add_step'),
(650, 'Can change step', 163, 'change_step'),
(651, 'Can delete step', 163, 'delete_step'),
(652, 'Can view step', 163, 'view_step'),
(653, 'Can add support referral', 164, 'add_supportreferral'),
(654, 'Can change support referral', 164, 'change_supportreferral'),
(655, 'Can delete support referral', 164, 'delete_supportreferral'),
(656, 'Can view support referral', 164, 'view_supportreferral'),
(657, 'Can add support answer', 165, 'add_supportanswer'),
(658, 'Can change support answer', 165, 'change_supportanswer'),
(659, 'Can delete support answer', 165, 'delete_supportanswer'),
(660, 'Can view support answer', 165, 'view_supportanswer'),
(661, 'Can add step mark', 166, 'add_stepmark'),
(662, 'Can change step mark', 166, 'change_stepmark'),
(663, 'Can delete step mark', 166, 'delete_stepmark'),
(664, 'Can view step mark', 166, 'view_stepmark'),
(665, 'Can add destruction', 167, 'add_destruction'),
(666, 'Can change destruction', 167, 'change_destruction'),
(667, 'Can delete destruction', 167, 'delete_destruction'),
(668, 'Can view destruction', 167, 'view_destruction'),
(669, 'Can add certificate', 168, 'add_certificate'),
(670, 'Can change certificate', 168, 'change_certificate'),
(671, 'Can delete certificate', 168, 'delete_certificate'),
(672, 'Can view certificate', 168, 'view_certificate'),
(673, 'Can add destruction item', 169, 'add_destructionitem'),
(674, 'Can change destruction item', 169, 'change_destructionitem'),
(675, 'Can delete destruction item', 169, 'delete_destructionitem'),
(676, 'Can view destruction item', 169, 'view_destructionitem'),
(677, 'Can add hold', 170, 'add_hold'),
(678, 'Can change hold', 170, 'change_hold'),
(679, 'Can delete hold', 170, 'delete_hold'),
(680, 'Can view hold', 170, 'view_hold'),
(681, 'Can add schedule', 171, 'add_schedule'),
(682, 'Can change schedule', 171, 'change_schedule'),
(683, 'Can delete schedule', 171, 'delete_schedule'),
(684, 'Can view schedule', 171, 'view_schedule'),
(685, 'Can add agreed', 172, 'add_agreed'),
(686, 'Can change agreed', 172, 'change_agreed'),
(687, 'Can delete agreed', 172, 'delete_agreed'),
(688, 'Can view agreed', 172, 'view_agreed'),
(689, 'Can add link', 173, 'add_link'),
(690, 'Can change link', 173, 'change_link'),
(691, 'Can delete link', 173, 'delete_link'),
(692, 'Can view link', 173, 'view_link'),
(693, 'Can add incoming', 174, 'add_incoming'),
(694, 'Can change incoming', 174, 'change_incoming'),
(695, 'Can delete incoming', 174, 'delete_incoming'),
(696, 'Can view incoming', 174, 'view_incoming'),
(697, 'Can add nonce', 175, 'add_nonce'),
(698, 'Can change nonce', 175, 'change_nonce'),
(699, 'Can delete nonce', 175, 'delete_nonce'),
(700, 'Can view nonce', 175, 'view_nonce'),
(701, 'Can add outgoing', 176, 'add_outgoing'),
(702, 'Can change outgoing', 176, 'change_outgoing'),
(703, 'Can delete outgoing', 176, 'delete_outgoing'),
(704, 'Can view outgoing', 176, 'view_outgoing'),
(705, 'Can add below', 177, 'add_below'),
(706, 'Can change below', 177, 'change_below'),
(707, 'Can delete below', 177, 'delete_below'),
(708, 'Can view below', 177, 'view_below'),
(709, 'Can add hash list', 178, 'add_hashlist'),
(710, 'Can change hash list', 178, 'change_hashlist'),
(711, 'Can delete hash list', 178, 'delete_hashlist'),
(712, 'Can view hash list', 178, 'view_hashlist'),
(713, 'Can add finding', 179, 'add_finding'),
(714, 'Can change finding', 179, 'change_finding'),
(715, 'Can delete finding', 179, 'delete_finding'),
(716, 'Can view finding', 179, 'view_finding'),
(717, 'Can add entry', 180, 'add_entry'),
(718, 'Can change entry', 180, 'change_entry'),
(719, 'Can delete entry', 180, 'delete_entry'),
(720, 'Can view entry', 180, 'view_entry'),
(721, 'Can add edition', 181, 'add_edition'),
(722, 'Can change edition', 181, 'change_edition'),
(723, 'Can delete edition', 181, 'delete_edition'),
(724, 'Can view edition', 181, 'view_edition'),
(725, 'Can add moment', 182, 'add_moment'),
(726, 'Can change moment', 182, 'change_moment'),
(727, 'Can delete moment', 182, 'delete_moment'),
(728, 'Can view moment', 182, 'view_moment'),
(729, 'Can add subscriber', 183, 'add_subscriber'),
(730, 'Can change subscriber', 183, 'change_subscriber'),
(731, 'Can delete subscriber', 183, 'delete_subscriber'),
(732, 'Can view subscriber', 183, 'view_subscriber'),
(733, 'Can add found hash', 184, 'add_foundhash'),
(734, 'Can change found hash', 184, 'change_foundhash'),
(735, 'Can delete found hash', 184, 'delete_foundhash'),
(736, 'Can view found hash', 184, 'view_foundhash'),
(737, 'Can add refused package', 185, 'add_refusedpackage'),
(738, 'Can change refused package', 185, 'change_refusedpackage'),
(739, 'Can delete refused package', 185, 'delete_refusedpackage'),
(740, 'Can view refused package', 185, 'view_refusedpackage'),
(741, 'Can add sent package', 186, 'add_sentpackage'),
(742, 'Can change sent package', 186, 'change_sentpackage'),
(743, 'Can delete sent package', 186, 'delete_sentpackage'),
(744, 'Can view sent package', 186, 'view_sentpackage'),
(745, 'Can add sent hop', 187, 'add_senthop'),
(746, 'Can change sent hop', 187, 'change_senthop'),
(747, 'Can delete sent hop', 187, 'delete_senthop'),
(748, 'Can view sent hop', 187, 'view_senthop'),
(749, 'Can add taken package', 188, 'add_takenpackage'),
(750, 'Can change taken package', 188, 'change_takenpackage'),
(751, 'Can delete taken package', 188, 'delete_takenpackage'),
(752, 'Can view taken package', 188, 'view_takenpackage'),
(753, 'Can add taken return', 189, 'add_takenreturn'),
(754, 'Can change taken return', 189, 'change_takenreturn'),
(755, 'Can delete taken return', 189, 'delete_takenreturn'),
(756, 'Can view taken return', 189, 'view_takenreturn'),
(757, 'Can add sealed release', 190, 'add_sealedrelease'),
(758, 'Can change sealed release', 190, 'change_sealedrelease'),
(759, 'Can delete sealed release', 190, 'delete_sealedrelease'),
(760, 'Can view sealed release', 190, 'view_sealedrelease'),
(761, 'Can add own name', 191, 'add_ownname'),
(762, 'Can change own name', 191, 'change_ownname'),
(763, 'Can delete own name', 191, 'delete_ownname'),
(764, 'Can view own name', 191, 'view_ownname'),
(765, 'Can add peer', 192, 'add_peer'),
(766, 'Can change peer', 192, 'change_peer'),
(767, 'Can delete peer', 192, 'delete_peer'),
(768, 'Can view peer', 192, 'view_peer'),
(769, 'Can add peer key', 193, 'add_peerkey'),
(770, 'Can change peer key', 193, 'change_peerkey'),
(771, 'Can delete peer key', 193, 'delete_peerkey'),
(772, 'Can view peer key', 193, 'view_peerkey'),
(773, 'Can add remote desk', 194, 'add_remotedesk'),
(774, 'Can change remote desk', 194, 'change_remotedesk'),
(775, 'Can delete remote desk', 194, 'delete_remotedesk'),
(776, 'Can view remote desk', 194, 'view_remotedesk'),
(777, 'Can add link alert', 195, 'add_linkalert'),
(778, 'Can change link alert', 195, 'change_linkalert'),
(779, 'Can delete link alert', 195, 'delete_linkalert'),
(780, 'Can view link alert', 195, 'view_linkalert'),
(781, 'Can add report origin', 196, 'add_reportorigin'),
(782, 'Can change report origin', 196, 'change_reportorigin'),
(783, 'Can delete report origin', 196, 'delete_reportorigin'),
(784, 'Can view report origin', 196, 'view_reportorigin'),
(785, 'Can add hop origin', 197, 'add_hoporigin'),
(786, 'Can change hop origin', 197, 'change_hoporigin'),
(787, 'Can delete hop origin', 197, 'delete_hoporigin'),
(788, 'Can view hop origin', 197, 'view_hoporigin'),
(789, 'Can add subscription', 198, 'add_subscription'),
(790, 'Can change subscription', 198, 'change_subscription'),
(791, 'Can delete subscription', 198, 'delete_subscription'),
(792, 'Can view subscription', 198, 'view_subscription'),
(793, 'Can add delivery', 199, 'add_delivery'),
(794, 'Can change delivery', 199, 'change_delivery'),
(795, 'Can delete delivery', 199, 'delete_delivery'),
(796, 'Can view delivery', 199, 'view_delivery'),
(797, 'Can add stale', 200, 'add_stale'),
(798, 'Can change stale', 200, 'change_stale'),
(799, 'Can delete stale', 200, 'delete_stale'),
(800, 'Can view stale', 200, 'view_stale'),
(801, 'Can add kept', 201, 'add_kept'),
(802, 'Can change kept', 201, 'change_kept'),
(803, 'Can delete kept', 201, 'delete_kept'),
(804, 'Can view kept', 201, 'view_kept'),
(805, 'Can add fact', 202, 'add_fact'),
(806, 'Can change fact', 202, 'change_fact'),
(807, 'Can delete fact', 202, 'delete_fact'),
(808, 'Can view fact', 202, 'view_fact'),
(809, 'Can add request fact', 203, 'add_requestfact'),
(810, 'Can change request fact', 203, 'change_requestfact'),
(811, 'Can delete request fact', 203, 'delete_requestfact'),
(812, 'Can view request fact', 203, 'view_requestfact'),
(813, 'Can add snapshot', 204, 'add_snapshot'),
(814, 'Can change snapshot', 204, 'change_snapshot'),
(815, 'Can delete snapshot', 204, 'delete_snapshot'),
(816, 'Can view snapshot', 204, 'view_snapshot'),
(817, 'Can add cell', 205, 'add_cell'),
(818, 'Can change cell', 205, 'change_cell'),
(819, 'Can delete cell', 205, 'delete_cell'),
(820, 'Can view cell', 205, 'view_cell'),
(821, 'Can add tally', 206, 'add_tally'),
(822, 'Can change tally', 206, 'change_tally'),
(823, 'Can delete tally', 206, 'delete_tally'),
(824, 'Can view tally', 206, 'view_tally'),
(825, 'Can add draw', 207, 'add_draw'),
(826, 'Can change draw', 207, 'change_draw'),
(827, 'Can delete draw', 207, 'delete_draw'),
(828, 'Can view draw', 207, 'view_draw'),
(829, 'Can add schedule', 208, 'add_schedule'),
(830, 'Can change schedule', 208, 'change_schedule'),
(831, 'Can delete schedule', 208, 'delete_schedule'),
(832, 'Can view schedule', 208, 'view_schedule'),
(833, 'Can add scheduled report', 209, 'add_scheduledreport'),
(834, 'Can change scheduled report', 209, 'change_scheduledreport'),
(835, 'Can delete scheduled report', 209, 'delete_scheduledreport'),
(836, 'Can view scheduled report', 209, 'view_scheduledreport'),
(837, 'Can add transparency', 210, 'add_transparency'),
(838, 'Can change transparency', 210, 'change_transparency'),
(839, 'Can delete transparency', 210, 'delete_transparency'),
(840, 'Can view transparency', 210, 'view_transparency'),
(841, 'Can add published file', 211, 'add_publishedfile'),
(842, 'Can change published file', 211, 'change_publishedfile'),
(843, 'Can delete published file', 211, 'delete_publishedfile'),
(844, 'Can view published file', 211, 'view_publishedfile'),
(845, 'Can add course', 212, 'add_course'),
(846, 'Can change course', 212, 'change_course'),
(847, 'Can delete course', 212, 'delete_course'),
(848, 'Can view course', 212, 'view_course'),
(849, 'Can add exercise', 213, 'add_exercise'),
(850, 'Can change exercise', 213, 'change_exercise'),
(851, 'Can delete exercise', 213, 'delete_exercise'),
(852, 'Can view exercise', 213, 'view_exercise'),
(853, 'Can add trainee', 214, 'add_trainee'),
(854, 'Can change trainee', 214, 'change_trainee'),
(855, 'Can delete trainee', 214, 'delete_trainee'),
(856, 'Can view trainee', 214, 'view_trainee'),
(857, 'Can add enrolment', 215, 'add_enrolment'),
(858, 'Can change enrolment', 215, 'change_enrolment'),
(859, 'Can delete enrolment', 215, 'delete_enrolment'),
(860, 'Can view enrolment', 215, 'view_enrolment'),
(861, 'Can add attendance', 216, 'add_attendance'),
(862, 'Can change attendance', 216, 'change_attendance'),
(863, 'Can delete attendance', 216, 'delete_attendance'),
(864, 'Can view attendance', 216, 'view_attendance'),
(865, 'Can add certificate', 217, 'add_certificate'),
(866, 'Can change certificate', 217, 'change_certificate'),
(867, 'Can delete certificate', 217, 'delete_certificate'),
(868, 'Can view certificate', 217, 'view_certificate'),
(869, 'Can add entry code', 218, 'add_entrycode'),
(870, 'Can change entry code', 218, 'change_entrycode'),
(871, 'Can delete entry code', 218, 'delete_entrycode'),
(872, 'Can view entry code', 218, 'view_entrycode'),
(873, 'Can add instructor', 219, 'add_instructor'),
(874, 'Can change instructor', 219, 'change_instructor'),
(875, 'Can delete instructor', 219, 'delete_instructor'),
(876, 'Can view instructor', 219, 'view_instructor'),
(877, 'Can add paper', 220, 'add_paper'),
(878, 'Can change paper', 220, 'change_paper'),
(879, 'Can delete paper', 220, 'delete_paper'),
(880, 'Can view paper', 220, 'view_paper'),
(881, 'Can add session', 221, 'add_session'),
(882, 'Can change session', 221, 'change_session'),
(883, 'Can delete session', 221, 'delete_session'),
(884, 'Can view session', 221, 'view_session'),
(885, 'Can add attempt', 222, 'add_attempt'),
(886, 'Can change attempt', 222, 'change_attempt'),
(887, 'Can delete attempt', 222, 'delete_attempt'),
(888, 'Can view attempt', 222, 'view_attempt'),
(889, 'Can add answer', 223, 'add_answer'),
(890, 'Can change answer', 223, 'change_answer'),
(891, 'Can delete answer', 223, 'delete_answer'),
(892, 'Can view answer', 223, 'view_answer'),
(893, 'Can add event', 224, 'add_event'),
(894, 'Can change event', 224, 'change_event'),
(895, 'Can delete event', 224, 'delete_event'),
(896, 'Can view event', 224, 'view_event'),
(897, 'Can add expected', 225, 'add_expected'),
(898, 'Can change expected', 225, 'change_expected'),
(899, 'Can delete expected', 225, 'delete_expected'),
(900, 'Can view expected', 225, 'view_expected'),
(901, 'Can add hint taken', 226, 'add_hinttaken'),
(902, 'Can change hint taken', 226, 'change_hinttaken'),
(903, 'Can delete hint taken', 226, 'delete_hinttaken'),
(904, 'Can view hint taken', 226, 'view_hinttaken'),
(905, 'Can add kept', 227, 'add_kept'),
(906, 'Can change kept', 227, 'change_kept'),
(907, 'Can delete kept', 227, 'delete_kept'),
(908, 'Can view kept', 227, 'view_kept'),
(909, 'Can add review', 228, 'add_review'),
(910, 'Can change review', 228, 'change_review'),
(911, 'Can delete review', 228, 'delete_review'),
(912, 'Can view review', 228, 'view_review'),
(913, 'Can add kept world', 229, 'add_keptworld'),
(914, 'Can change kept world', 229, 'change_keptworld'),
(915, 'Can delete kept world', 229, 'delete_keptworld'),
(916, 'Can view kept world', 229, 'view_keptworld'),
(917, 'Can add desk', 230, 'add_desk'),
(918, 'Can change desk', 230, 'change_desk'),
(919, 'Can delete desk', 230, 'delete_desk'),
(920, 'Can view desk', 230, 'view_desk'),
(921, 'Can add answered', 231, 'add_answered'),
(922, 'Can change answered', 231, 'change_answered'),
(923, 'Can delete answered', 231, 'delete_answered'),
(924, 'Can view answered', 231, 'view_answered');
SELECT setval(pg_get_serial_sequence('public.auth_permission', 'id'), 924);
INSERT INTO public.audit_log (origin, one) VALUES ('tipline/audit/' || gen_random_uuid(), true);
