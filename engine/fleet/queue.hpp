// One server, first come first served, exactly (Lindley 1952): a job begins when it has come and the one before has ended.
#pragma once

namespace feedloop {

class FifoQueue {
 public:
  // A job comes and is told how long it waits, its service not counted. Requires: jobs come in order of time.
  double join(double arrival_s, double service_s) {
    const double begin = arrival_s > free_ ? arrival_s : free_;
    free_ = begin + service_s;
    return begin - arrival_s;
  }
  // Seconds of work that would be left at `now` if nobody came any more.
  double backlog_s(double now_s) const { return free_ > now_s ? free_ - now_s : 0; }

 private:
  double free_ = 0;  // when the last job ends
};

}  // namespace feedloop
