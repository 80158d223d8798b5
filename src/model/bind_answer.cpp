// SPDX-License-Identifier: MIT
#include "model/bind_answer.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "model/bind_rules.hpp"

namespace portscope {

namespace {

/// One attempt, by the rules and for real.
struct Trial {
  BindJudgement judgement;
  std::optional<BindRule> refused_by;
  int foretold = 0;
  bool foretold_known = true;
  int error = 0;  ///< what it would come to
  BindCall call = BindCall::bind;
  bool error_known = true;
};

/// Without IPv6 in the kernel there is no wildcard of it to bind to.
bool is_possible(const BindView& view, std::size_t index) {
  return view.attempts.size() == 1 || view.probes[index].error != EAFNOSUPPORT;
}

/// Once all sockets of a port had SO_REUSEADDR when they were bound, a kernel before 6.8 lets the next one in without
/// looking whether they still have it (inet_csk_get_port, net/ipv4/inet_connection_sock.c). Without the flag the same
/// bind() fails, so whoever is in the way still is, and listen() will find him.
bool fails_at_listen(const BindProbe& probe) { return probe.error == 0 && probe.without_reuse == EADDRINUSE; }

Trial trial_of(const BindView& view, std::size_t index) {
  const BindAttempt& attempt = view.attempts[index];
  const BindProbe& probe = view.probes[index];
  Trial trial;
  trial.judgement = judge(attempt, view.holders, view.snapshot.settings);
  if (const auto refused = refusal(attempt, view.settings)) {
    trial.foretold = refused->first;
    trial.refused_by = refused->second;
  } else {
    trial.foretold = trial.judgement.conflict == Truth::yes ? EADDRINUSE : 0;
    trial.foretold_known = trial.judgement.conflict != Truth::maybe;
  }
  trial.error = probe.tried ? probe.error : trial.foretold;
  trial.error_known = probe.tried || trial.foretold_known;
  if (fails_at_listen(probe)) {
    trial.error = EADDRINUSE;
    trial.call = BindCall::listen;
  }
  return trial;
}

BindVerdict verdict_of(const Trial& trial) {
  if (!trial.error_known) return BindVerdict::unknown;
  switch (trial.error) {
    case 0:
      return BindVerdict::free;
    case EADDRINUSE:
      return BindVerdict::blocked;
    case EACCES:
    case EPERM:
      return BindVerdict::denied;
    default:
      return BindVerdict::unavailable;
  }
}

/// What says no is told before what says nothing.
int weight(BindVerdict verdict) {
  switch (verdict) {
    case BindVerdict::free:
      return 0;
    case BindVerdict::unknown:
      return 1;
    case BindVerdict::unavailable:
      return 2;
    case BindVerdict::denied:
      return 3;
    case BindVerdict::blocked:
      return 4;
  }
  return 0;
}

/// What the probe found out where the rules had a doubt.
void settle(Trial& trial, const BindProbe& probe) {
  if (!probe.tried) return;
  auto& blockers = trial.judgement.blockers;
  if (probe.error == 0 && !fails_at_listen(probe)) blockers.clear();
  if (probe.error == EADDRINUSE && blockers.size() == 1) {
    blockers.front().conflict = Truth::yes;
    blockers.front().doubts = {};
  }
  trial.judgement.doubts = {};
}

/// Both lists are in the order of the holders.
void add_blockers(BindAnswer& answer, const Trial& trial) {
  std::vector<Blocker> all;
  const auto& more = trial.judgement.blockers;
  all.reserve(answer.blockers.size() + more.size());
  std::merge(answer.blockers.begin(), answer.blockers.end(), more.begin(), more.end(), std::back_inserter(all),
             [](const Blocker& a, const Blocker& b) { return a.holder < b.holder; });
  answer.blockers.clear();
  for (const Blocker& blocker : all) {
    const bool is_known = !answer.blockers.empty() && answer.blockers.back().holder == blocker.holder;
    if (!is_known) {
      answer.blockers.push_back(blocker);
    } else if (blocker.conflict > answer.blockers.back().conflict) {
      answer.blockers.back() = blocker;
    }
  }
  answer.doubts |= trial.judgement.doubts;
}

/// Where rules and kernel differ: why that may be.
std::optional<BindRule> disagreement(const Trial& trial, const BindAttempt& attempt, const BindProbe& probe) {
  if (fails_at_listen(probe)) return BindRule::listen_refuses;
  if (probe.error == EAFNOSUPPORT) return std::nullopt;  // no rule is about a kernel without that family
  if (!probe.tried || !trial.foretold_known || trial.foretold == probe.error) return std::nullopt;
  if (probe.error == EADDRINUSE && trial.judgement.blockers.empty()) return BindRule::unseen_holder;
  const bool may_be_shortcut = attempt.reuse_port && probe.error == 0 && trial.foretold == EADDRINUSE;
  return may_be_shortcut ? BindRule::reuseport_shortcut : BindRule::model_disagrees;
}

/// Both wildcards may say the same.
void add_once(std::vector<BindNote>& notes, BindNote note) {
  const bool is_told = std::any_of(notes.begin(), notes.end(), [&](const BindNote& other) {
    return other.rule == note.rule && other.text == note.text;
  });
  if (!is_told) notes.push_back(std::move(note));
}

/// Listeners first, for it is them whom people ask for; connections of the same port behind.
void sort_blockers(const BindView& view, std::vector<Blocker>& blockers) {
  const auto is_waiting = [&](const Blocker& blocker) {
    const State state = view.holders[blocker.holder].socket->state;
    return state == State::listen || state == State::unconnected || state == State::bound;
  };
  std::stable_partition(blockers.begin(), blockers.end(), is_waiting);
}

}  // namespace

BindAnswer explain(const BindView& view) {
  BindAnswer answer;
  for (std::size_t i = 0; i < view.attempts.size(); ++i) {
    if (!is_possible(view, i)) continue;
    Trial trial = trial_of(view, i);
    const BindVerdict verdict = verdict_of(trial);
    const auto differs = disagreement(trial, view.attempts[i], view.probes[i]);
    if (i == 0 || weight(verdict) > weight(answer.verdict)) {
      answer.verdict = verdict;
      answer.error = trial.error_known ? trial.error : 0;
      answer.call = trial.call;
      answer.foretold = trial.foretold;
      answer.foretold_known = trial.foretold_known;
    }
    settle(trial, view.probes[i]);
    add_blockers(answer, trial);
    if (trial.refused_by && trial.error == trial.foretold)
      add_once(answer.notes, {*trial.refused_by, std::string(explanation(*trial.refused_by))});
    if (differs) add_once(answer.notes, {*differs, std::string(explanation(*differs))});
  }
  sort_blockers(view, answer.blockers);
  for (auto& note : notes_on(view, answer)) add_once(answer.notes, std::move(note));
  answer.remedies = remedies_for(view, answer);
  return answer;
}

}  // namespace portscope
