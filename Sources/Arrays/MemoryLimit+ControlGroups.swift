extension MemoryLimit {
  /// The names of a version's files and of what its `memory.stat` counts; see cgroups(7) and
  /// Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst of the Linux sources.
  private struct Version {
    let fileSystem: String, limit: String, used: String, givenUp: [String]

    static let one = Version(
      fileSystem: "cgroup", limit: "memory.limit_in_bytes", used: "memory.usage_in_bytes",
      givenUp: ["total_inactive_file", "total_active_file"])
    static let two = Version(
      fileSystem: "cgroup2", limit: "memory.max", used: "memory.current",
      givenUp: ["inactive_file", "active_file"])
  }

  /// Where a hierarchy of control groups is mounted, and which of its groups stands there.
  private struct Mount {
    let root: String, folder: String
  }

  /// The limits of the groups that the process is in, and of those around them, from the innermost
  /// outwards: each holds for all below it.
  static func controlGroupBounds(reading read: (String) -> String?) -> [Bound] {
    guard let groups = read("/proc/self/cgroup"), let mounts = read("/proc/self/mountinfo") else {
      return []
    }
    return groups.split(separator: "\n").flatMap { line -> [Bound] in
      // hierarchy:controllers:path, with hierarchy 0 and no controllers in version 2.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, fields[2].hasPrefix("/") else { return [] }
      let isTwo = fields[0] == "0" && fields[1].isEmpty
      guard isTwo || fields[1].split(separator: ",").contains("memory") else { return [] }
      let version = isTwo ? Version.two : .one
      return bounds(of: String(fields[2]), version, Self.mounts(of: version, in: mounts), read)
    }
  }

  private static func bounds(
    of path: String, _ version: Version, _ mounts: [Mount], _ read: (String) -> String?
  ) -> [Bound] {
    let holding = mounts.first { isInside(path, $0.root) }
    guard let mount = holding ?? mounts.first else { return [] }
    // A group outside what is mounted here is known only by the mount's own files.
    let inner = holding == nil ? "" : path.dropFirst(mount.root == "/" ? 0 : mount.root.count)
    let names = inner.split(separator: "/")
    return stride(from: names.count, through: 0, by: -1).compactMap { depth in
      let tail = names[..<depth].map { "/" + $0 }.joined()
      let folder = mount.folder + tail + "/"
      guard let limit = number(read(folder + version.limit)) else { return nil }
      let kept = givenUp(read(folder + "memory.stat") ?? "", version)
      let used = max(0, (number(read(folder + version.used)) ?? 0) - kept)
      let name = (mount.root == "/" ? "" : mount.root) + tail
      return Bound(.controlGroup(name.isEmpty ? "/" : name), limit: limit, used: used)
    }
  }

  /// Whether a group lies in what a mount shows. Groups above the root of a namespace have `..` in
  /// their paths.
  private static func isInside(_ path: String, _ root: String) -> Bool {
    if path.split(separator: "/").contains("..") { return false }
    return root == "/" || path == root || path.hasPrefix(root + "/")
  }

  /// The mounts of a version's memory controller: lines of /proc/self/mountinfo, whose optional
  /// fields end with a hyphen; see proc(5).
  private static func mounts(of version: Version, in text: String) -> [Mount] {
    text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard let end = fields.firstIndex(of: "-"), end >= 6, fields.count > end + 3,
        fields[end + 1] == version.fileSystem,
        version.fileSystem == "cgroup2" || fields[end + 3].split(separator: ",").contains("memory")
      else { return nil }
      return Mount(root: unescaped(fields[3]), folder: unescaped(fields[4]))
    }
  }

  /// Text in which spaces, tabs, newlines and backslashes stand as `\040`.
  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let first = rest.popFirst() {
      let digits = rest.prefix(3)
      if first == UInt8(ascii: "\\"), digits.count == 3,
        let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(first)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The bytes of files that are kept in memory, which the system gives up before it refuses any.
  private static func givenUp(_ statistics: String, _ version: Version) -> Int {
    statistics.split(separator: "\n").reduce(0) { sum, line in
      let fields = line.split(separator: " ")
      guard fields.count == 2, version.givenUp.contains(String(fields[0])) else { return sum }
      let (total, overflows) = sum.addingReportingOverflow(byteCount(fields[1]) ?? 0)
      return overflows ? sum : total
    }
  }

  private static func number(_ text: String?) -> Int? {
    text.flatMap { $0.split(separator: "\n").first }.flatMap { byteCount($0) }
  }
}
