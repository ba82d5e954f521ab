/*
 * copy_rows.pml: one key of a source table S, its copy in a target T.
 *
 * Processes: the copy (src/fill/copy.c), which takes no lock on S and waits for nobody, and
 * writers that insert, update or delete the key's row in S, and whose AFTER ROW trigger
 * (src/sync/following.c) writes T.
 * Claim: no unique violation in a writer, no deadlock, and at the end T holds what S holds.
 *
 * Transactions: 0 committed long ago, 1 the copy, 2 .. the writers.  The copy begins a new
 * transaction for each visit; all of them are 1, since no two run at once.
 * A version in S: made by xmin, ended by xmax (0: nobody).  Likewise a tuple in T, which is
 * found by its key from the moment on in which it has its index entry.
 */
#define RUNNING 0
#define COMMITTED 1
#define ABORTED 2
#ifndef NW
#define NW 2
#endif
#define LIVE(x) (state[x] == RUNNING)
#define NV 5
#define NT 10

byte state[5];

byte nv = 1;               /* versions of the row in S, in the order of their making */
byte xmin[NV+1];
byte xmax[NV+1];

byte nt = 0;               /* tuples of the key in T, each a copy of version tv[i] */
byte txmin[NT+1]; byte txmax[NT+1]; byte tv[NT+1];
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

/*
 * A dirty look at T by transaction me, but for its own tuple `but`: t is the tuple that is there, or
 * may be there when somebody ends (0: none); w is the transaction that decides it (0: it is decided).
 */
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
        judge(v, how);                           /* list_rows() */
        if
        :: how == UNDER_WAY -> busy = true
        :: how == ENDED -> skip
        :: else ->
           /* insert_rows(): the heap first, then the index, which tells of a conflict and waits for nobody */
           d_step { nt++; mine = nt; txmin[mine] = 1; txmax[mine] = 0; tv[mine] = v; tdead[mine] = false; indexed[mine] = false };
#ifdef RECHECK_FIRST
           judge(v, how);
#endif
           atomic { dirty(t, 1, mine, w); conflict = (t != 0); indexed[mine] = true };
#ifdef NO_CONFLICT
           conflict = false;
#endif
#if !defined(NO_RECHECK) && !defined(RECHECK_FIRST)
           judge(v, how);                        /* look_again() */
#endif
           if
           :: how != PRESENT || conflict ->      /* take_back() */
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
 * The trigger: zdm_following_put(), zdm_following_remove(), and for what is new zdm_following_put_new(),
 * which has its tuple in the index before it knows whether there is another one, waits for nobody, and
 * takes it back if so.
 */
inline trigger(me, gone, version, new) {
  t = 1;
  if
  :: new ->
     atomic { dirty(t, me, 0, w);
       d_step { nt++; txmin[nt] = me; txmax[nt] = 0; tv[nt] = version; tdead[nt] = false; indexed[nt] = true; own = nt } };
     if :: t != 0 -> tdead[own] = true :: else fi;
     own = 0
  :: else
  fi;
  if
  :: t == 0 -> skip
  :: else ->
  do
  :: dirty(t, me, 0, w);
     if :: w != 0 -> !LIVE(w) :: else -> break fi
  od;
  if
  :: t != 0 && gone -> txmax[t] = me
  :: t != 0 && !gone ->
     d_step { txmax[t] = me; nt++; txmin[nt] = me; txmax[nt] = 0; tv[nt] = version; tdead[nt] = false; indexed[nt] = true }
  :: t == 0 && !gone ->
     /* the unique check waits for others, and must find none */
     do
     :: atomic { dirty(t, me, 0, w);
        if
        :: t == 0 -> nt++; txmin[nt] = me; txmax[nt] = 0; tv[nt] = version; tdead[nt] = false; indexed[nt] = true; break
        :: t != 0 && w == 0 -> assert(false) /* unique_violation in a client's write */
        :: else
        fi };
        !LIVE(w)
     od
  :: else
  fi
  fi
}

mtype = { INSERT, UPDATE, DELETE };

proctype Writer(byte me; mtype what) {
  byte v; byte t; byte w; byte own; bool none = false; bool gone = (what == DELETE);
  state[me] = RUNNING;
  /* The newest version of S, once whoever is at it has ended; S has a unique index. */
  do
  :: atomic {
       d_step { byte i = nv; v = 0;
       do :: i >= 1 -> if :: v == 0 && state[xmin[i]] != ABORTED -> v = i :: else fi; i-- :: else -> break od; i = 0 };
       assert(v != 0);
       w = 0; none = false;
       if
       :: xmin[v] > 1 && LIVE(xmin[v]) -> w = xmin[v]
       :: else ->
          if
          :: xmax[v] != 0 && LIVE(xmax[v]) -> w = xmax[v]
          :: xmax[v] != 0 && state[xmax[v]] == COMMITTED -> none = true
          :: else fi
       fi;
       if
       :: w != 0 -> skip
       :: w == 0 && what == INSERT && none -> d_step { nv++; xmin[nv] = me; xmax[nv] = 0 }
       :: w == 0 && what != INSERT && !none ->
          d_step { xmax[v] = me; if :: what == UPDATE -> nv++; xmin[nv] = me; xmax[nv] = 0 :: else fi }
       :: else -> w = 9                    /* nothing to do */
       fi };
     if :: w == 9 -> break
        :: w == 0 -> v = nv; trigger(me, gone, v, what == INSERT); break
        :: else -> !LIVE(w) fi
  od;
  if :: state[me] = COMMITTED :: state[me] = ABORTED fi;
  ended++
}

inline start(n) {
  if :: run Writer(n, UPDATE) :: run Writer(n, DELETE) :: run Writer(n, INSERT) fi
}

init {
  state[0] = COMMITTED;
  atomic {
    run Copy();
    start(2);
#if NW > 1
    start(3);
#endif
#if NW > 2
    start(4);
#endif
  };
  ended == NW + 1;
  byte v; byte t; byte w;
  visible(v); dirty(t, 1, 0, w);
  assert((v == 0) == (t == 0));
  assert(v == 0 || (tv[t] == v && w == 0))
}
