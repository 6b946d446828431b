import Arrays
import CPUBackend
import CZlib
import Foundation

/// What was run where: a run's `run.json`.
public struct RunRecord: Codable, Sendable, Hashable {
  /// Versions by name: Myelin, Swift, the libraries below, the system.
  public var versions: [String: String]
  /// The processor's name, and how many of its threads the process may use.
  public var processor: String
  public var processorCount: Int
  /// The threads that training runs on.
  public var threads: Int
  /// The machine's memory in bytes.
  public var memory: Int
  /// The name of the machine.
  public var host: String
  /// The seed of the run, where it has one.
  public var seed: UInt64?
  /// The program and its arguments.
  public var command: [String]
  /// When it began, by ISO 8601 in UTC.
  public var started: String

  /// The record of a run that begins now, here.
  public init(seed: UInt64? = nil) {
    let process = ProcessInfo.processInfo
    versions = ProductLibrary.versions
    versions["myelin"] = RunRecord.version
    versions["swift"] = RunRecord.compiler
    versions["system"] = process.operatingSystemVersionString
    versions["zlib"] = String(cString: zlibVersion())
    processor = RunRecord.processorName
    processorCount = process.activeProcessorCount
    threads = ThreadTeam.size
    memory = Int(clamping: process.physicalMemory)
    host = process.hostName
    self.seed = seed
    command = CommandLine.arguments
    started = Date().formatted(.iso8601)
  }

  /// The version of this package.
  package static let version = "0.1.0-dev"

  private static var compiler: String {
    #if compiler(>=6.3)
      "6.3 or later"
    #elseif compiler(>=6.2)
      "6.2"
    #else
      "6.1"
    #endif
  }

  private static var processorName: String {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?
      .split(separator: "\n")
    let line = lines?.first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
      ?? "unknown"
  }

  init(contentsOf path: String) throws(TrainingError) {
    let bytes = try readFile(path, expected: "the record of a run")
    do {
      self = try JSONDecoder.forRecords.decode(RunRecord.self, from: Data(bytes))
    } catch {
      throw TrainingError(.malformed, path, found: "\(error)", expected: "the record of a run")
    }
  }
}
