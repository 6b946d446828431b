import CPUBackend
import Glibc
import Testing

/// Every block of every loop runs once, and what it wrote is seen when the loop returns.
@Suite(.alone) struct ThreadTeamTests {
  /// Runs `count` loops of 0 to 39 blocks; each block adds one to its own number, and every
  /// seventh runs a loop of its own. Returns what is wrong, nil when nothing is.
  private static func mistake(inLoops count: Int, pause: UInt32 = 0) -> String? {
    var state = UInt64(count)
    for loop in 0..<count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let blocks = Int(state >> 33) % 40
      var found = [Int](repeating: 0, count: 40)
      found.withUnsafeMutableBufferPointer { found in
        ThreadTeam.run(blocks: blocks) { block in
          found[block] += 1
          if block % 7 == 6 { found[block] += innerLoop() }
        }
      }
      for block in found.indices where found[block] != (block < blocks ? 1 : 0) {
        return "loop \(loop): block \(block) of \(blocks) counts \(found[block])"
      }
      if pause > 0 { usleep(pause) }
    }
    return nil
  }

  /// 0 where a loop inside another runs each of its blocks once.
  private static func innerLoop() -> Int {
    var sum = 0
    withUnsafeMutablePointer(to: &sum) { sum in
      ThreadTeam.run(blocks: 5) { sum.pointee += $0 + 1 }
    }
    return sum - 15
  }

  private static func withSize(_ threads: Int, _ body: () -> String?) -> String? {
    let size = ThreadTeam.size
    defer { ThreadTeam.size = size }
    ThreadTeam.size = threads
    return body()
  }

  @Test(arguments: [1, 2, 3, 8])
  func thousandsOfLoops(threads: Int) {
    #expect(Self.withSize(threads) { Self.mistake(inLoops: 5_000) } == nil)
  }

  /// Long enough apart for the workers to fall asleep, or just so.
  @Test(arguments: [50, 400] as [UInt32])
  func loopsWithPauses(microseconds: UInt32) {
    #expect(Self.withSize(3) { Self.mistake(inLoops: 200, pause: microseconds) } == nil)
  }

  /// The team serves one of several callers; its size changes meanwhile.
  @Test func severalCallersAtOnce() async {
    let size = ThreadTeam.size
    defer { ThreadTeam.size = size }
    let mistakes = await withTaskGroup(of: String?.self) { group in
      for caller in 0..<6 {
        group.addTask {
          for round in 0..<40 {
            ThreadTeam.size = [1, 2, 3, 8][(caller + round) % 4]
            if let mistake = Self.mistake(inLoops: 50 + caller) { return mistake }
          }
          return nil
        }
      }
      var mistakes: [String] = []
      for await mistake in group { if let mistake { mistakes.append(mistake) } }
      return mistakes
    }
    #expect(mistakes == [])
  }

  @Test(
    arguments: [
      (0, 5, 1), (1, 5, 1), (5, 5, 1), (6, 5, 1), (1_000, 7, 4), (64, 0, 16), (9, 100, 8),
    ]
  )
  func rangesCoverTheWork(count: Int, grain: Int, unit: Int) {
    var seen = [Int](repeating: 0, count: count)
    var starts = [Bool](repeating: true, count: count)
    seen.withUnsafeMutableBufferPointer { seen in
      starts.withUnsafeMutableBufferPointer { starts in
        ThreadTeam.run(count: count, grain: grain, unit: unit) { range in
          starts[range.lowerBound] = range.lowerBound % unit == 0
          for item in range { seen[item] += 1 }
        }
      }
    }
    #expect(seen.allSatisfy { $0 == 1 })
    #expect(starts.allSatisfy { $0 })
  }
}
