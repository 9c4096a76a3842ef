#!/bin/sh
# Train, and start again what has failed, from the last checkpoint: restart.sh mpiexec -n 4 python -m mpi4py train.py
# It gives up after 20 times, and at once where another time would end the same way.

code=0
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    "$@" && exit 0
    code=$?
    echo "restart.sh: attempt $attempt has ended with $code" >&2
    case $code in
        2 | 3) exit $code ;;   # of the command estimator: a wrong call; a checkpoint that does not fit the model
        130) exit $code ;;     # Ctrl-C
    esac
    sleep 10
done
exit $code
