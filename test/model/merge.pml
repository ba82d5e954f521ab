/*
 * merge.pml: one key of a table A, of the table B that merges into it, and of the log of keys.
 *
 * Until the turn B is the truth.  Its writers note the key in the log (src/sync/merge_trigger.c), and touch
 * no row of A, which has a column that nobody knows, and that goes along with who writes the row.  It is
 * set by the fill, of which there may be two at once, and behind it by the drain, which goes by the log
 * (src/fill/merge_rows.c): either looks at both rows by one snapshot, and writes A's if nobody has written
 * or locked it since, else comes again.  The turn locks both tables, drains the rest, and from then on A
 * is the truth (extract.pml).
 * Claim: at the turn, and behind it, A has what B has; and no writer gets into a circle of those who wait
 * where the tables alone would not have it: each of them writes A, or B, or A first and then B.
 *
 * Transactions: 0 committed long ago, 1 and 2 what the fill is at, 3 the drain, 4 .. the writers, then one
 * for all that fill and drain have committed, and one for what they have not.  A version of a row is made
 * by xmin and ended by xmax (0: nobody).
 */
#define RUNNING 0
#define COMMITTED 1
#define ABORTED 2
#define NF 2
#define DRAIN (NF + 1)
#define FIRST (NF + 2)
#define NW 2
#define DONE (FIRST + NW)
#define UNDONE (FIRST + NW + 1)
#define NX (FIRST + NW + 2)
#define LIVE(x) (state[x] == RUNNING)
#define NV 7
#define NL 3

typedef Row {
  byte nv;                   /* versions, in the order of their making */
  byte xmin[NV+1];
  byte xmax[NV+1];
  byte value[NV+1]           /* in A of the column that is to have what B has; 0: nothing */
};
Row a;
Row b;

byte state[NX];
byte waits[NX];              /* for whom a transaction waits */
bool key[NX];                /* has locked A's row FOR KEY SHARE */

byte nl = 0;                 /* the log */
byte noted[NL+1];            /* by whom */
byte taken[NL+1];            /* by whom; 0: nobody */

byte filled = 0;              /* how many of the fill are through */
bool turning = false;        /* the turn has its locks, or is in the queue: nobody begins */
bool turned = false;
bool killed = false;
byte ended = 0;
hidden byte i;
hidden byte last;            /* of one step */

/* The version that a snapshot taken now sees; 0: none. */
inline visible(row, found) {
  d_step { i = 1; found = 0;
    do :: i <= row.nv -> if :: state[row.xmin[i]] == COMMITTED && (row.xmax[i] == 0 || state[row.xmax[i]] != COMMITTED) -> found = i :: else fi; i++
       :: else -> break od; i = 0 }
}

/* The newest version, or 0: there is no row; busy: whoever is at it, and is to be waited for. */
inline newest(row, by, found, busy) {
  d_step { i = row.nv; found = 0; busy = 0;
    do :: i >= 1 -> if :: found == 0 && state[row.xmin[i]] != ABORTED -> found = i :: else fi; i-- :: else -> break od; i = 0;
    if
    :: found == 0 -> skip
    :: found != 0 && row.xmin[found] != by && LIVE(row.xmin[found]) -> busy = row.xmin[found]
    :: else ->
       if
       :: row.xmax[found] != 0 && row.xmax[found] != by && LIVE(row.xmax[found]) -> busy = row.xmax[found]
       :: row.xmax[found] != 0 && (row.xmax[found] == by || state[row.xmax[found]] == COMMITTED) -> found = 0
       :: else
       fi
    fi }
}

/* Writes a new version in the place of an old one (0: a new row). */
inline add(row, by, old, content) {
  d_step { row.nv++; row.xmin[row.nv] = by; row.xmax[row.nv] = 0; row.value[row.nv] = content;
    if :: old != 0 -> row.xmax[old] = by :: else fi }
}

/* Waits for w, unless he waits for us: that would be a deadlock. */
inline wait_for(me, w) {
  assert(waits[w] != me);
  waits[me] = w;
  !LIVE(w);
  waits[me] = 0
}

/* A row of B was written. */
inline note(me) {
  d_step { nl++; noted[nl] = me; taken[nl] = 0 };
#ifdef WRITE_A
  do
  :: atomic { newest(a, me, v, w); if :: w == 0 && v != 0 -> add(a, me, v, 0) :: else fi };
     if :: w == 0 -> break :: else -> wait_for(me, w) fi
  od
#endif
}

/* Writes A's row, all but the column that nobody knows; makes it where it is not there. */
inline write_a() {
  do
  :: atomic { newest(a, me, v, w); if :: w == 0 -> add(a, me, v, (v == 0 -> 0 : a.value[v])) :: else fi };
     if :: w == 0 -> break :: else -> wait_for(me, w) fi
  od
}

/* Takes A's row away; who has locked its key is waited for, too. */
inline remove_a() {
  do
  :: atomic {
       newest(a, me, v, w);
       d_step { i = FIRST; do :: i < FIRST + NW -> if :: w == 0 && i != me && key[i] && LIVE(i) -> w = i :: else fi; i++ :: else -> break od; i = 0 };
       if :: w == 0 && v != 0 -> a.xmax[v] = me :: else fi };
     if :: w == 0 -> break :: else -> wait_for(me, w) fi
  od
}

/* The foreign key of a new row of B: A's row is there, and is kept there. */
inline lock_key() {
  do
  :: atomic {
       newest(a, me, v, w);
       if
       :: v != 0 && w != 0 && w == a.xmax[v] -> skip       /* it goes, maybe */
       :: v != 0 && w != 0 && w != a.xmax[v] ->
          visible(a, v); w = 0; key[me] = (v != 0); fails = (v == 0)
       :: else -> key[me] = (v != 0); fails = (v == 0)
       fi };
     if :: w == 0 -> break :: else -> wait_for(me, w) fi
  od
}

/* Writes B's row; makes it where it is not there. */
inline write_b() {
  do
  :: atomic { newest(b, me, v, w); made = (v == 0); if :: w == 0 -> add(b, me, v, me) :: else fi };
     if :: w == 0 -> break :: else -> wait_for(me, w) fi
  od;
  note(me);
  if :: made -> lock_key() :: else fi
}

/* Takes B's row away. */
inline remove_b() {
  visible(b, v);
  if
  :: v != 0 ->
     do
     :: atomic { newest(b, me, v, w); if :: w == 0 && v != 0 -> b.xmax[v] = me :: else fi };
        if :: w == 0 -> break :: else -> wait_for(me, w) fi
     od;
#ifndef NO_NOTE
     if :: v != 0 -> note(me) :: else fi
#endif
  :: else
  fi
}

mtype = { WRITE, REMOVE, WRITE_B, REMOVE_B, BOTH };

proctype Writer(byte me; mtype what) {
  byte v; byte w; bool made; bool fails = false;
  atomic { (!turning || turned); if :: turned -> what = 0 :: else -> state[me] = RUNNING fi };
  if
  :: what == WRITE -> write_a()
  :: what == REMOVE -> remove_a(); remove_b()              /* ON DELETE CASCADE */
  :: what == WRITE_B -> write_b()
  :: what == REMOVE_B -> remove_b()
  :: what == BOTH -> write_a(); write_b()
  :: what == 0 -> fails = true                             /* by B's name A's row is written now */
  fi;
  if :: !fails -> state[me] = COMMITTED
     :: true -> state[me] = ABORTED fi;
  d_step { key[me] = false; v = 0; w = 0; made = false; fails = false; what = 0; ended++ }
}

/* A transaction of the fill or the drain ends. */
inline end(me, well) {
  d_step { i = 1;
    do :: i <= a.nv ->
          if :: a.xmin[i] == me -> a.xmin[i] = (well -> 0 : UNDONE) :: else fi;
          if :: a.xmax[i] == me -> a.xmax[i] = (well -> DONE : 0) :: else fi; i++
       :: else -> break od;
    i = 1;
    do :: i <= nl -> if :: taken[i] == me -> taken[i] = (well -> DONE : 0) :: else fi; i++
       :: else -> break od;
    i = 0;
    state[me] = COMMITTED }
}

/* Looks at both rows, by one snapshot. */
inline look() {
  d_step { visible(b, seen); visible(a, v) }
}

/* Gives A's row what B's has, if it is the one still that was seen; w: somebody is at it, or was. */
inline write(me) {
  atomic {
    newest(a, me, last, w);
    if
    :: v == 0 || a.value[v] == (seen == 0 -> 0 : b.value[seen]) -> w = 0    /* nothing to write */
    :: else ->
       if
       :: w != 0 || last != v -> w = NX
       :: else -> add(a, me, v, (seen == 0 -> 0 : b.value[seen]))
       fi
    fi }
}

/* Somebody kills the worker here, once. */
inline commit(me) {
  if :: end(me, true); w = 0
     :: !killed -> killed = true; end(me, false); w = NX fi
}

proctype Fill(byte me) {
  byte v; byte w = NX; byte seen;
  do
  :: w == 0 -> break
  :: else ->
     state[me] = RUNNING;
     look();
     if
     :: seen == 0 -> w = 0; end(me, true)                  /* there is no row in B */
     :: else ->
        write(me);
        if :: w != 0 -> end(me, true) :: else -> commit(me) fi
     fi;
     d_step { v = 0; seen = 0 }
  od;
  atomic { w = 0; v = 0; seen = 0; filled++; ended++ }
}

/* Takes what is noted, as far as it is committed; n: how much that is. */
inline take(n) {
  d_step { i = 1; n = 0;
    do :: i <= nl -> if :: state[noted[i]] == COMMITTED && taken[i] == 0 -> taken[i] = DRAIN; n++ :: else fi; i++
       :: else -> break od; i = 0 }
}

inline drain() {
#ifdef READ_FIRST
  look();
  take(n);
#else
  take(n);
  look();
#endif
  if
  :: n == 0 -> w = 0; end(DRAIN, true)
  :: else ->
     write(DRAIN);
     if
#ifndef DROP_BUSY
     :: w != 0 -> end(DRAIN, false)                        /* put back */
#endif
     :: else -> commit(DRAIN)
     fi
  fi
}

proctype Worker() {
  byte v; byte w; byte n; byte seen;
#ifndef BESIDE
  filled == NF;
#endif
  do
  :: state[DRAIN] = RUNNING; drain(); d_step { v = 0; w = 0; n = 0; seen = 0 }
  :: filled == NF -> break
  od;
  turning = true;
#ifndef NO_LOCK
  !LIVE(FIRST) && !LIVE(FIRST + 1);                        /* each who has begun is through */
#endif
#ifndef NO_REST
  w = NX;
  do
  :: w == 0 -> break
  :: else -> state[DRAIN] = RUNNING; drain(); d_step { v = 0; n = 0; seen = 0 }
  od;
#endif
  turned = true;
  ended++
}

inline start(n) {
  if :: run Writer(n, WRITE) :: run Writer(n, REMOVE) :: run Writer(n, WRITE_B) :: run Writer(n, REMOVE_B) :: run Writer(n, BOTH) fi
}

init {
  byte v; byte seen;
  d_step {
    i = 0; do :: i < NX -> state[i] = (i >= FIRST && i < FIRST + NW -> ABORTED : COMMITTED); i++ :: else -> break od; i = 0;
    state[UNDONE] = ABORTED };
  atomic {
    if :: add(a, 0, 0, 0); if :: add(b, 0, 0, 1) :: skip fi :: skip fi;
    run Fill(1);
    run Fill(2);
    run Worker();
    start(FIRST);
    start(FIRST + 1)
  };
  ended == NW + NF + 1;
  visible(a, v); visible(b, seen);
  assert((v == 0 -> 0 : a.value[v]) == (seen == 0 -> 0 : b.value[seen]))
}
