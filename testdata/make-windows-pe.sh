#!/bin/sh
# Makes testdata/windows/versioned-x64.exe.zst: a program with a version resource beside others, by
# the tools of mingw, for the reader of versions.
#
# Needs binutils-mingw-w64-x86-64 and zstd. What an independent tool reads of it:
#   x86_64-w64-mingw32-objdump -p: "Entry 2 ... Resource Directory"; FILEVERSION below is 10.0.20348.2700,
#   while the text beside it, which people see in the Explorer, is another one.
set -eu
out=$(cd "$(dirname "$0")" && pwd)/windows
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > v.rc <<'RC'
1 VERSIONINFO
FILEVERSION 10,0,20348,2700
PRODUCTVERSION 10,0,20348,1
FILEOS 0x40004
FILETYPE 3
BEGIN
 BLOCK "StringFileInfo"
 BEGIN
  BLOCK "040904b0"
  BEGIN
   VALUE "FileVersion", "9.9.9.9 (not this one)"
   VALUE "OriginalFilename", "ntoskrnl.exe"
  END
 END
 BLOCK "VarFileInfo"
 BEGIN
  VALUE "Translation", 0x409, 0x4b0
 END
END
2 10 BEGIN "raw data of a program" END
NAMED 16 BEGIN "not a version" END
1 24 BEGIN "a manifest" END
RC
printf '.globl _start\n_start: ret\n' > s.s
x86_64-w64-mingw32-windres --preprocessor=cat v.rc -O coff -o v.o
x86_64-w64-mingw32-as s.s -o s.o
x86_64-w64-mingw32-ld -s --no-insert-timestamp -e _start s.o v.o -o t.exe
zstd -19 -q -f t.exe -o "$out/versioned-x64.exe.zst"
