/// Times one thing: the minimum over many short windows, which other programs on the machine
/// disturb least.
struct Timing {
  let seconds: Double

  init(windows: Int = 40, repetitions: Int, _ body: () -> Void) {
    let clock = ContinuousClock()
    body()
    var best = Double.infinity
    for _ in 0..<windows {
      let time = clock.measure { for _ in 0..<repetitions { body() } }
      best = min(best, time / .seconds(1) / Double(repetitions))
    }
    seconds = best
  }

  var description: String {
    let (number, unit) =
      seconds < 1e-6
      ? (seconds * 1e9, "ns")
      : seconds < 1e-3
        ? (seconds * 1e6, "µs") : (seconds * 1e3, "ms")
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(unit)"
  }
}

/// Prints one line of results.
func report(_ name: String, _ result: String) {
  print(name + String(repeating: " ", count: max(1, 58 - name.count)) + result)
}

func report(_ name: String, _ timing: Timing) { report(name, timing.description) }
