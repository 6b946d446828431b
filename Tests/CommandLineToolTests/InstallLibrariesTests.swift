import Foundation
import Testing

/// `Scripts/install-libraries.sh` on systems that are made up: its PATH holds only stand-ins.
@Suite struct InstallLibrariesTests {
  struct System: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The programs on the PATH, each as the line of a shell that it runs.
    let programs: [String: String]
    let status: Int32
    let words: String
  }

  static let all =
    "libopenblas-openmp-dev libdnnl-dev zlib1g-dev libpng-dev libjpeg-dev binutils"

  static let systems = [
    System(
      testDescription: "all is there",
      programs: ["dpkg-query": "echo -n installed", "ld": "exit"], status: 0, words: ""),
    System(
      testDescription: "a user without rights",
      programs: ["dpkg-query": "exit 1", "apt-get": "exit 9", "id": "echo 1000"], status: 1,
      words: """
        Myelin needs packages that are not installed: \(all)
        This user may not install them. As root: apt-get install \(all)

        """),
    System(
      testDescription: "a sudo that asks for a password, and only the linker missing",
      programs: [
        "dpkg-query": "echo -n installed", "apt-get": "exit 9", "id": "echo 1000", "sudo": "exit 1",
      ], status: 1,
      words: """
        Myelin needs packages that are not installed: binutils
        This user may not install them. As root: apt-get install binutils

        """),
    System(
      testDescription: "a system without apt-get",
      programs: ["dpkg-query": "exit 1", "ld": "exit"],
      status: 1,
      words: """
        Myelin needs packages that are not installed: libopenblas-openmp-dev libdnnl-dev zlib1g-dev \
        libpng-dev libjpeg-dev
        Install them, or what your system calls them; on Debian or Ubuntu, as root: \
        apt-get install libopenblas-openmp-dev libdnnl-dev zlib1g-dev libpng-dev libjpeg-dev

        """),
    System(
      testDescription: "root without a network",
      programs: [
        "dpkg-query": "exit 1", "ld": "exit", "id": "echo 0", "apt-get": "exit 100",
        "env": "exec /usr/bin/env \"$@\"",
      ], status: 1,
      words: """
        Installing libopenblas-openmp-dev libdnnl-dev zlib1g-dev libpng-dev libjpeg-dev
        Myelin needs packages that are not installed: libopenblas-openmp-dev libdnnl-dev zlib1g-dev \
        libpng-dev libjpeg-dev
        Installing them failed. As root: \
        apt-get install libopenblas-openmp-dev libdnnl-dev zlib1g-dev libpng-dev libjpeg-dev

        """),
  ]

  /// By a process of its own: a file that this one writes cannot be run as long as a child that
  /// another test has just started still holds it open.
  func writePrograms(_ programs: [String: String], to folder: URL) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.currentDirectoryURL = folder
    let script = """
      for ((i = 1; i < $#; i += 2)); do
        name="${@:i:1}" line="${@:i+1:1}"
        printf '#!/bin/bash\n%s\n' "$line" >"$name" && chmod 755 "$name" || exit
      done
      """
    process.arguments = ["-c", script, "bash"] + programs.flatMap { [$0.key, $0.value] }
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test("says which packages are missing, and nothing where none is", arguments: systems)
  func says(_ system: System) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    try writePrograms(system.programs, to: folder)

    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL
    process.arguments = [
      root.appending(path: "Scripts/install-libraries.sh").path(percentEncoded: false)
    ]
    process.environment = ["PATH": folder.path(percentEncoded: false)]
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    let words = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(words == system.words)
    #expect(process.terminationStatus == system.status)
  }
}
