/*
 * extract.pml: one key of a table S whose column moves, and of the hidden table T that is to have it.
 *
 * Processes: the copy (src/fill/copy.c), which takes no lock on S and waits for nobody, and writers
 * by either name.  By the old one: INSERT, DELETE, UPDATE of the column or of something else.  By
 * the new one, a view over S: UPDATE is the same; INSERT and DELETE are done by a trigger
 * (src/sync/extracted.c), which locks the row, looks at it, and writes the column.  Behind each of
 * them the trigger of S (src/sync/sync_rows.c) writes T, which has a row where the column has a value.
 * Claim: no unique violation in T, no deadlock; no INSERT by the new name puts its value in the place of
 * another one, no DELETE takes one away that it has not seen; and at the end T holds what S holds.
 * With REQUIRED the column was NOT NULL: no transaction leaves a row without a value either.
 *
 * Transactions and tables are as in copy_rows.pml: 0 committed long ago, 1 the copy, 2 .. the
 * writers.  A version of S is made by xmin and ended by xmax (0: nobody), and has a value (0: none).
 */
#ifdef NO_INSPECT
#define REQUIRED
#endif
#define RUNNING 0
#define COMMITTED 1
#define ABORTED 2
#define NW 2
#define LIVE(x) (state[x] == RUNNING)
#define NV 5
#define NT 9

byte state[5];

byte nv = 1;               /* versions of the row in S, in the order of their making */
byte xmin[NV+1];
byte xmax[NV+1];
byte value[NV+1];
byte locker = 0;           /* who has locked the row, and not written it yet */

byte nt = 0;               /* tuples of the key in T */
byte txmin[NT+1]; byte txmax[NT+1]; byte tvalue[NT+1];
bool indexed[NT+1];
bool tdead[NT+1];          /* taken back by the transaction that made it */

bool busy = true;          /* the page has to be visited */
byte ended = 0;

/* The version of S that a snapshot taken now sees; 0: none. */
inline visible(v) {
  d_step { byte i1 = 1; v = 0;
    do :: i1 <= nv -> if :: state[xmin[i1]] == COMMITTED && (xmax[i1] == 0 || state[xmax[i1]] != COMMITTED) -> v = i1 :: else fi; i1++
       :: else -> break od; i1 = 0 }
}

/* A dirty look at T by transaction me: see copy_rows.pml. */
inline dirty(t, me, but, w) {
  d_step { byte i2 = 1; t = 0; w = 0;
    do :: i2 <= nt -> if :: i2 != but && indexed[i2] && !(tdead[i2] && txmin[i2] == me) && state[txmin[i2]] != ABORTED &&
                              !(tdead[i2] && state[txmin[i2]] == COMMITTED) &&
                              (txmax[i2] == 0 || (state[txmax[i2]] != COMMITTED && txmax[i2] != me)) ->
                              t = i2;
                              if :: txmin[i2] != me && LIVE(txmin[i2]) -> w = txmin[i2]
                                 :: else -> if :: txmax[i2] != 0 && LIVE(txmax[i2]) -> w = txmax[i2] :: else -> w = 0 fi fi
                         :: else fi; i2++
       :: else -> break od; i2 = 0 }
}

inline add(me, new) {
  nt++; txmin[nt] = me; txmax[nt] = 0; tvalue[nt] = new; tdead[nt] = false; indexed[nt] = true
}

/* How the copy finds a version: present, ended for good, or about to be ended by somebody. */
mtype = { PRESENT, ENDED, UNDER_WAY };
inline judge(v, how) {
  d_step {
    if :: xmax[v] == 0 -> how = PRESENT
       :: else -> if :: state[xmax[v]] == ABORTED -> how = PRESENT
                     :: state[xmax[v]] == COMMITTED -> how = ENDED
                     :: else -> how = UNDER_WAY fi fi }
}

proctype Copy() {
  byte v; byte t; byte w; byte mine; bool conflict; mtype how;
  do
  :: busy ->
     state[1] = RUNNING;
     busy = false;
     visible(v);
     if :: v != 0 ->
        judge(v, how);
        if
        :: how == UNDER_WAY -> busy = true
        :: how == ENDED -> skip
#ifndef NO_CHOICE
        :: how == PRESENT && value[v] == 0 -> skip   /* leave_out() */
#endif
        :: else ->
           d_step { nt++; mine = nt; txmin[mine] = 1; txmax[mine] = 0; tvalue[mine] = value[v]; tdead[mine] = false; indexed[mine] = false };
           atomic { dirty(t, 1, mine, w); conflict = (t != 0); indexed[mine] = true };
#ifndef NO_RECHECK
           judge(v, how);
#endif
           if
           :: how != PRESENT || conflict ->
              tdead[mine] = true;
              if
              :: how == UNDER_WAY -> busy = true
              :: how == ENDED -> skip
              :: else ->
                 dirty(t, 1, mine, w);
                 if :: t == 0 || w != 0 -> busy = true :: else fi
              fi
           :: else
           fi;
           t = 0; w = 0; mine = 0; conflict = false
        fi
     :: else
     fi;
     state[1] = COMMITTED
  :: else -> break
  od;
  ended++
}

/*
 * The trigger, write_row() and remove_row(), for the version that was written and what it has replaced
 * (0: nothing); v 0: the row is gone.  A new row may be in the index before it is known whether there is another one.
 */
inline trigger() {
  gone = (v == 0 || value[v] == 0);
  through = false;
  if
#ifdef NO_REMOVE
  :: v != 0 && gone -> through = true
#endif
  :: v != 0 && !gone && old == 0 ->
     atomic { dirty(t, me, 0, w); d_step { add(me, value[v]); own = nt } };
     if :: t != 0 -> tdead[own] = true :: else -> through = true fi;
     own = 0
#ifdef NO_LOOK
  :: v != 0 && !gone && old != 0 && value[old] == value[v] -> through = true
#endif
  :: else
  fi;
  if
  :: through -> skip
  :: else ->
     /* whoever is at the key's row in T is waited for */
     do
     :: dirty(t, me, 0, w);
#ifdef NO_WAIT
        if :: v != 0 && old != 0 && value[old] == value[v] -> w = 0 :: else fi;
#endif
        if :: w != 0 -> !LIVE(w) :: else -> break fi
     od;
     if
     :: t != 0 && gone -> txmax[t] = me
     :: t != 0 && !gone && (old == 0 || value[old] != value[v]) -> d_step { txmax[t] = me; add(me, value[v]) }
     :: t == 0 && !gone ->
        do
        :: atomic { dirty(t, me, 0, w);
           if
           :: t == 0 -> add(me, value[v]); break
           :: t != 0 && w == 0 -> assert(false) /* unique_violation in a client's write */
           :: else
           fi };
           !LIVE(w)
        od
     :: else                               /* nothing is there; or it was left as it is */
     fi
  fi
}

mtype = { SET, OTHER, DELETE, INSERT, INSERT_WITHOUT, NEW_INSERT, NEW_DELETE, NOTHING };

/* The newest version, or 0: there is no row; w: whoever is at it, and is to be waited for. */
inline newest() {
  d_step { byte i3 = nv; v = 0;
    do :: i3 >= 1 -> if :: v == 0 && state[xmin[i3]] != ABORTED -> v = i3 :: else fi; i3-- :: else -> break od; i3 = 0;
    w = 0;
    if
    :: xmin[v] > 1 && xmin[v] != me && LIVE(xmin[v]) -> w = xmin[v]
    :: else ->
       if
       :: xmax[v] != 0 && xmax[v] != me && LIVE(xmax[v]) -> w = xmax[v]
       :: xmax[v] != 0 && (xmax[v] == me || state[xmax[v]] == COMMITTED) -> v = 0
       :: locker != 0 && locker != me && LIVE(locker) -> w = locker
       :: else fi
    fi }
}

/* What a statement by the new name looks at first: the row, locked; v 0: there is none. */
inline look() {
#ifdef NO_LOCK
  visible(v)
#else
  do
  :: atomic {
       newest();
       if :: w == 0 && v != 0 -> locker = me :: else fi };
     if :: w == 0 -> break :: else -> !LIVE(w) fi
  od
#endif
}

/* One statement.  It may fail, and the transaction with it. */
inline statement() {
  seen = 0;
  if
  :: what == NEW_INSERT ->
     look();
     fails = (v == 0 || value[v] != 0)       /* foreign_key_violation, unique_violation */
  :: what == NEW_DELETE ->
     visible(v);                             /* the view's own look */
     if
     :: v == 0 || value[v] == 0 -> what = NOTHING
     :: else ->
        seen = value[v];
        look();
        if
        :: v == 0 -> what = NOTHING
#ifndef NO_COMPARE
        :: v != 0 && value[v] != seen -> fails = true    /* serialization_failure */
#endif
        :: else
        fi
     fi
  :: else
  fi;
  done = fails || what == NOTHING;
  do
  :: done -> break
  :: else ->
     old = 0;
     atomic {
       newest();
       if
       :: w != 0 -> skip
       :: w == 0 && (what == INSERT || what == INSERT_WITHOUT) && v == 0 ->
          d_step { nv++; xmin[nv] = me; xmax[nv] = 0; value[nv] = (what == INSERT -> me : 0); v = nv }
       :: w == 0 && what == DELETE && v != 0 -> xmax[v] = me; old = v; v = 0
       :: w == 0 && what != INSERT && what != INSERT_WITHOUT && what != DELETE && v != 0 ->
          d_step { xmax[v] = me; nv++; xmin[nv] = me; xmax[nv] = 0; old = v; v = nv;
                   value[nv] = (what == OTHER -> value[old] : (what == NEW_DELETE -> 0 : me)) }
       :: else -> done = true; what = NOTHING            /* nothing to do */
       fi };
     if
     :: done -> skip
     :: !done && w != 0 -> !LIVE(w)
     :: else ->
        assert(what != NEW_INSERT || value[old] == 0);    /* nothing is overwritten */
        assert(what != NEW_DELETE || value[old] == seen); /* nor taken away unseen */
        trigger();
        done = true
     fi
  od
}

/* The deferred trigger: no version that is there when the transaction ends may be without a value. */
inline inspect() {
#if defined(REQUIRED) && !defined(NO_INSPECT)
  d_step { byte i4 = 1;
    do :: i4 <= nv -> if :: xmin[i4] == me && (xmax[i4] == 0 || (xmax[i4] != me && state[xmax[i4]] != COMMITTED)) && value[i4] == 0 -> fails = true :: else fi; i4++
       :: else -> break od; i4 = 0 }
#else
  skip
#endif
}

proctype Writer(byte me; mtype what) {
  byte v; byte t; byte w; byte own; byte old; byte seen; bool gone; bool through; bool done; bool fails = false;
  state[me] = RUNNING;
  do
  :: statement();
     if
     :: fails || what == NOTHING -> break
     :: !fails && what == INSERT_WITHOUT -> what = NEW_INSERT /* who knows the new table gives the value there */
     :: !fails && what == NEW_DELETE -> if :: what = NEW_INSERT :: what = DELETE :: break fi
     :: else -> break
     fi
  od;
  if :: !fails -> inspect() :: else fi;
  if :: !fails -> state[me] = COMMITTED
     :: true -> state[me] = ABORTED fi;
  ended++
}

inline start(n) {
  if :: run Writer(n, SET) :: run Writer(n, OTHER) :: run Writer(n, DELETE)
     :: run Writer(n, INSERT) :: run Writer(n, INSERT_WITHOUT) :: run Writer(n, NEW_INSERT) :: run Writer(n, NEW_DELETE) fi
}

init {
  state[0] = COMMITTED;
  atomic {
    value[1] = 1;
#ifndef REQUIRED
    if :: value[1] = 0 :: skip fi;
#endif
    run Copy();
    start(2);
    start(3)
  };
  ended == NW + 1;
  byte v; byte t; byte w;
  visible(v); dirty(t, 1, 0, w);
  assert((v == 0 || value[v] == 0) == (t == 0));
  assert(t == 0 || (tvalue[t] == value[v] && w == 0));
#ifdef REQUIRED
  assert(v == 0 || value[v] != 0)
#endif
}
