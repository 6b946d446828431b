import Arrays
import Testing

/// What bounds the memory of a process, from the contents of files that are made up.
@Suite struct MemoryLimitTests {
  typealias Bound = MemoryLimit.Bound

  struct System: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let files: [String: String]
    let bounds: [Bound]

    init(_ testDescription: String, _ files: [String: String], _ bounds: [Bound]) {
      (self.testDescription, self.files, self.bounds) = (testDescription, files, bounds)
    }
  }

  static let two = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate"
  static let one = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"
  static let group = "/proc/self/cgroup", mounts = "/proc/self/mountinfo"
  static let base = "/sys/fs/cgroup"

  static let controlGroups = [
    System(
      "version 2, nested: each group from the innermost outwards",
      [
        group: "0::/user.slice/x\n", mounts: two,
        "\(base)/user.slice/x/memory.max": "4000\n",
        "\(base)/user.slice/x/memory.current": "1200\n",
        "\(base)/user.slice/memory.max": "9000\n", "\(base)/user.slice/memory.current": "8000\n",
      ],
      [
        Bound(.controlGroup("/user.slice/x"), limit: 4000, used: 1200),
        Bound(.controlGroup("/user.slice"), limit: 9000, used: 8000),
      ]),
    System(
      "version 2: max is no limit, but the group around it has one",
      [
        group: "0::/a/b", mounts: two, "\(base)/a/b/memory.max": "max\n",
        "\(base)/a/memory.max": "7", "\(base)/a/memory.current": "9",
      ], [Bound(.controlGroup("/a"), limit: 7, used: 9)]),
    System(
      "version 2: files kept in memory are given up",
      [
        group: "0::/a", mounts: two, "\(base)/a/memory.max": "1000",
        "\(base)/a/memory.current": "900",
        "\(base)/a/memory.stat": "anon 100\nfile 790\ninactive_file 500\nactive_file 200\nshmem 90",
      ], [Bound(.controlGroup("/a"), limit: 1000, used: 200)]),
    System(
      "version 2 in a namespace of its own",
      [group: "0::/", mounts: two, "\(base)/memory.max": "5", "\(base)/memory.current": "1"],
      [Bound(.controlGroup("/"), limit: 5, used: 1)]),
    System(
      "a group above the root of the namespace: only what is mounted is known",
      [group: "0::/../other", mounts: two, "\(base)/memory.max": "5"],
      [Bound(.controlGroup("/"), limit: 5, used: 0)]),
    System(
      "version 1 beside an empty version 2",
      [
        group: "9:name=systemd:/\n5:cpu,memory:/a\n0::/", mounts: "\(one)\n\(two)",
        "\(base)/memory/a/memory.limit_in_bytes": "600",
        "\(base)/memory/a/memory.usage_in_bytes": "500",
        "\(base)/memory/a/memory.stat": "inactive_file 1\ntotal_inactive_file 300",
        "\(base)/memory/memory.limit_in_bytes": "9223372036854771712",
      ], [Bound(.controlGroup("/a"), limit: 600, used: 200)]),
    System(
      "version 1 in a container that sees the outer paths",
      [
        group: "4:memory:/docker/abc",
        mounts: "1 2 0:3 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory",
        "\(base)/memory/memory.limit_in_bytes": "8", "\(base)/memory/memory.usage_in_bytes": "2",
      ], [Bound(.controlGroup("/docker/abc"), limit: 8, used: 2)]),
    System(
      "a mount point with a space, behind one that does not show the group",
      [
        group: "0::/a/b",
        mounts: """
        1 2 0:3 /other /elsewhere rw - cgroup2 none rw
        1 2 0:3 /a /my\\040groups rw - cgroup2 none rw
        """,
        "/my groups/b/memory.max": "3", "/elsewhere/memory.max": "1",
      ], [Bound(.controlGroup("/a/b"), limit: 3, used: 0)]),
    System("no mount", [group: "0::/a", mounts: "", "\(base)/a/memory.max": "3"], []),
    System("no group", [mounts: two, "\(base)/memory.max": "3"], []),
    System(
      "garbage",
      [
        group: "x\n0:\n0::\n0::relative\n:::/\n0::/a\n\u{0}",
        mounts: "\(two)\n- -\n1 2 - cgroup2\n-",
        "\(base)/a/memory.max": "-5", "\(base)/memory.max": "99999999999999999999999",
        "\(base)/a/memory.stat": "active_file\nactive_file 9999999999999999999999 1",
      ], []),
  ]

  static let limits = """
    Limit                     Soft Limit           Hard Limit           Units
    Max data size             unlimited            unlimited            bytes
    Max address space         8192                 unlimited            bytes
    """

  static let others = [
    System("nothing", [:], []),
    System(
      "the limit of the address space",
      ["/proc/self/limits": limits, "/proc/self/status": "Name:\tx\nVmSize:\t       3 kB\n"],
      [Bound(.addressSpace, limit: 8192, used: 3072)]),
    System(
      "the limit of data, its use unknown",
      ["/proc/self/limits": "Max data size  100  200  bytes"],
      [Bound(.data, limit: 100, used: 0)]),
    System(
      "the machine",
      ["/proc/meminfo": "MemTotal:   16 kB\nMemFree:  1 kB\nMemAvailable:  10 kB\n"],
      [Bound(.machine, limit: 16384, used: 6144)]),
    System(
      "garbage",
      [
        "/proc/meminfo": "MemTotal: \nMemAvailable: 9223372036854775807 kB",
        "/proc/self/limits": "Max address space\nMax data size  many",
        "/proc/self/status": "VmSize",
      ], []),
  ]

  @Test("reads what bounds the process", arguments: controlGroups + others)
  func reads(_ system: System) {
    #expect(MemoryLimit.bounds { system.files[$0] } == system.bounds)
  }

  @Test func takesTheTightest() {
    let bounds = [
      Bound(.machine, limit: 100, used: 10), Bound(.data, limit: 50, used: 20),
      Bound(.addressSpace, limit: 40, used: 10), Bound(.controlGroup("/a"), limit: 99, used: 9),
    ]
    #expect(MemoryLimit.tightest(bounds) == bounds[1])
    #expect(MemoryLimit.tightest([]) == nil)
    #expect(Bound(.machine, limit: 1, used: 2).available == 0)
  }

  static let refusals: [(MemoryLimit.Source, String)] = [
    (.controlGroup("/user.slice/x"), "the control group /user.slice/x allows"),
    (.addressSpace, "the limit of the address space (ulimit -v) is"),
    (.data, "the limit of data (ulimit -d) is"),
    (.machine, "the machine has"),
  ]

  @Test(arguments: refusals)
  func refusesWithTheFigure(_ source: MemoryLimit.Source, _ subject: String) {
    let bound = Bound(source, limit: 4 << 30, used: 3 << 30)
    #expect(MemoryLimit.refusal(of: 1 << 30, for: "the plan", within: bound) == nil)
    #expect(
      MemoryLimit.refusal(of: 1 << 30 + 1, for: "the plan", within: bound)
        == "the plan needs 1.0 GiB; \(subject) 4.0 GiB, of which 3.0 GiB are in use")
    #expect(MemoryLimit.refusal(of: .max, for: "the plan", within: nil) == nil)
  }

  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1535, "1.5 KiB"), (1_048_575, "1.0 MiB"),
    (13_207_024_436, "12.3 GiB"), (Int.max, "8.0 EiB"),
  ])
  func writesBytes(_ count: Int, _ text: String) {
    #expect(Figure.bytes(count) == text)
  }

  /// This very process: some bound is found, which refuses what no machine has.
  @Test func boundsThisProcess() throws {
    let bound = try #require(MemoryLimit.current())
    #expect(bound.limit > 0 && bound.used >= 0)
    #expect(MemoryLimit.refusal(of: 0, for: "nothing") == nil)
    let words = try #require(MemoryLimit.refusal(of: 1 << 60, for: "the plan"))
    #expect(words.hasPrefix("the plan needs 1.0 EiB; "))
  }
}
