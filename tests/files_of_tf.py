"""A folder, and what functions of ``tf`` that read and change files say of it, one after another.

TensorFlow (tests/interop/tf_files.py) and this package (tests/test_files.py) are asked the very same; nothing is
imported here that either of them lacks. tests/data/tf/files.json has TensorFlow's answers. It lists directories as they
come, so what it lists is sorted.
"""

from __future__ import annotations

import os
import pathlib
import shutil
from typing import Any

CALLS = """
g.Exists('d'); g.Exists('d/'); g.Exists(''); g.Exists(b'd'); g.Exists(pathlib.Path('d')); g.Exists('d/dangling')
g.Exists('file://' + root + '/d/a.txt'); g.Exists('file:d'); g.Exists(filename='no'); io.exists(path='d/link')
g.Exists('s3://b/x'); g.GFile('hdfs://b/x').read(); g.GFile('foo://b/x', 'w').write(''); g.Glob('foo://b/*')
g.IsDirectory('d'); g.IsDirectory(dirname='d/a.txt'); g.IsDirectory('no'); io.isdir(path='d/dangling')
sorted(g.ListDirectory(dirname='d')); sorted(io.listdir(path='d/')); io.listdir(b'd/sub/deep')
g.ListDirectory('d/a.txt'); g.ListDirectory('no')
g.MakeDirs(dirname='m/n'); g.MakeDirs('m/n'); io.makedirs(path='m/n/o/'); g.IsDirectory('m/n/o'); io.makedirs('')
g.MakeDirs('d/a.txt'); g.MakeDirs('d/a.txt/x')
g.MkDir(dirname='m'); g.MkDir('m'); g.MkDir('z/y'); io.mkdir(path='m/new'); g.IsDirectory('m/new')
g.Remove('no'); g.Remove('d/sub'); g.Remove(filename='d/dangling'); io.remove(path='d/link'); sorted(os.listdir('d'))
g.Rename('no', 'x'); g.Rename('d/u.txt', 'd/a.txt'); g.Rename(oldname='d/u.txt', newname='d/a.txt', overwrite=True)
g.GFile('d/a.txt').read(); g.Exists('d/u.txt'); g.Rename('d/a.txt', 'q/r'); io.rename(src='d', dst='e'); sorted(os.listdir('e'))
os.mkdir('m'); g.Rename('m', 'd'); g.Rename('m', 'd', True); g.Rename('m', 'd/a.txt', overwrite=True)
g.Copy('d/a.txt', 'd/copy'); g.Copy('d/u.txt', 'd/copy'); open('d/copy').read(); io.copy(src='d/u.txt', dst='d/copy', overwrite=True)
open('d/copy').read(); g.Copy(oldpath='no', newpath='x'); g.Copy('d/a.txt', 'd/sub'); g.Copy('d/a.txt', 'd/sub', True)
g.Copy('d/a.txt', 'no/x'); g.Copy('d/link', 'd/followed'); os.path.islink('d/followed')
sorted(g.Glob('d/*')); g.Glob(filename='d/*.txt') == sorted(g.Glob('d/*.txt')) or 'as they come'; sorted(g.Glob(['d/u*', 'd/c*']))
g.Glob('no/*'); g.Glob('d/no'); g.Glob('d/u.txt'); g.Glob('*/sub/c'); sorted(g.Glob('d/**')); sorted(g.Glob('d/[cu]*'))
g.Glob('d/?rlf'); g.Glob('d/sub'); g.Glob('./d/u.txt'); g.Glob(root + '/d/u*'); g.Glob(['d/u*', 'd/u.*']); g.Glob('')
sorted(g.Glob('d/[!c]*')); g.Glob('d/{u,c}*'); g.Glob('d/.h*'); g.Glob('**/c'); io.glob(pattern='*')
g.Stat(filename='d/u.txt').length; g.Stat('d/u.txt').is_directory; io.stat(path='d').is_directory; g.Stat('d/link').length
abs(g.Stat('d/u.txt').mtime_nsec - os.stat('d/u.txt').st_mtime_ns) < 10**9; g.Stat('no'); g.Stat('d/dangling')
walked(g.Walk('d')); walked(g.Walk(top='d', in_order=False)); walked(g.Walk('no')); walked(g.Walk('d/a.txt'))
walked(io.walk('d', topdown=False)); walked(io.walk('d/')); walked(io.walk(top='d/sub', topdown=True, onerror=print))
g.DeleteRecursively('no'); g.DeleteRecursively(dirname='d/sub'); g.Exists('d/sub'); io.rmtree(path='d'); os.listdir('.')
io.join('a', 'b'); io.join('a', '/b'); io.join('a/', 'b', 'c'); io.join('gs://x', 'y'); io.join('')
g.GFile('d/crlf').read(); g.GFile('d/crlf', 'rb').read(); list(g.GFile('d/crlf')); g.GFile('d/crlf').readlines()
g.GFile('d/bytes').read(); g.GFile('d/bytes').readline(); g.GFile('d/bytes', 'rb').readline(); g.GFile('d/u.txt').read(1)
g.GFile('d/u.txt').read(2); g.GFile('d/empty').read(); g.GFile('d/empty').readline(); list(g.GFile('d/empty'))
g.GFile('no').name; g.GFile('no').mode; g.GFile('no').read(); g.GFile('no').size(); g.GFile('no').readline(); g.GFile('no').tell()
g.GFile('d').read(); g.GFile('d', 'w').write('x'); g.GFile('no/u', 'w').write('x'); g.GFile('no/u', 'w').close()
g.GFile('d/a.txt', 'x'); g.GFile('d/a.txt', 'rU'); g.GFile('d/a.txt', 'rt'); g.GFile('d/a.txt', ''); g.GFile('d/a.txt', 'br').read()
g.GFile('d/a.txt').write('x'); g.GFile('d/a.txt', 'w').read(); g.GFile('d/a.txt', 'a').readline(); g.GFile('d/a.txt', 'w').seek(0)
let(f=g.GFile('f', 'w')); os.path.exists('f'); f.write('h\\xe9llo\\n'); f.write(b'bytes\\n'); f.write(3); f.tell(); f.flush(); f.size()
let(f=g.GFile('f', mode='wb')); f.write(file_content=b'ab'); f.close(); f.close(); open('f').read(); f.write('c'); f.close(); open('f').read()
let(f=g.GFile('d/u.txt', 'a')); f.write('more'); f.tell(); f.flush(); open('d/u.txt', encoding='utf-8').read(); f.close()
let(f=g.GFile('d/a.txt')); f.read(1); f.tell(); f.readline(); f.tell(); f.seek(1); f.read(2); f.read(); f.read(); f.readline(); f.readlines()
let(f=g.GFile('d/a.txt')); next(f); f.next(); f.seek(offset=1, whence=0); f.seek(-2, 2); f.tell(); f.read(); f.seek(0); f.seek(2, 1); f.tell()
let(f=g.GFile('d/a.txt')); f.seek(position=3); f.tell(); f.seek(0, 7); f.seek(None); f.seek(1, position=2); f.seek(-5); f.seek(1000); f.tell()
let(f=g.GFile('d/a.txt')); f.read(0); f.read(-5); f.read(n=3); f.seekable(); f.size(); f.close(); f.read(3); f.tell(); f.close()
let(f=g.GFile('d/a.txt', 'r+')); f.read(2); f.write('ZZ'); f.tell(); f.close(); open('d/a.txt').read()
let(f=g.GFile('d/a.txt', 'w+')); f.read(2); f.write('new'); f.flush(); f.close(); open('d/a.txt').read()
let(f=g.GFile('d/a.txt', 'a+')); f.write('new'); f.flush(); f.read(); f.close(); f.tell()
let(f=g.GFile('e', 'w')); f.write(''); f.close(); os.path.exists('e'); let(f=g.GFile('lazy', 'w')); f.close(); os.path.exists('lazy')
let(f=g.FastGFile('d/a.txt', 'rb')); f.__enter__() is f; f.read(3); f.__exit__(None, None, None); g.Open is g.GFile; io.GFile is g.GFile
""".strip().splitlines()


def prepare(root: str) -> None:
    """Fill an empty folder, and go there."""
    os.chdir(root)
    os.makedirs("d/sub/deep")
    contents = {
        "d/a.txt": b"one\ntwo\n\nthree",
        "d/u.txt": "é\nü\n".encode(),
        "d/crlf": b"a\r\nb\rc\n",
        "d/bytes": b"\xff\xfe\nx",
        "d/empty": b"",
        "d/.hidden": b"h",
        "d/sub/c": b"x",
    }
    for name, data in contents.items():
        with open(name, "wb") as file:
            file.write(data)
    os.symlink("a.txt", "d/link")
    os.symlink("nowhere", "d/dangling")


def outcomes(tf: Any, calls: str, root: str) -> list[Any]:
    """What each of the calls gives, as text, or the class of its error."""
    names: dict[str, Any] = {"g": tf.gfile, "io": tf.io.gfile, "os": os, "pathlib": pathlib, "root": root}
    names |= {"open": _open, "let": lambda **given: names.update(given), "walked": _walked}
    found = []
    for call in calls.split("; "):
        try:
            answer = repr(eval(call, names)).replace(root, "ROOT")  # noqa: S307  those above
        except Exception as error:  # which one is the question
            answer = type(error).__name__
        found.append(answer)
    if "f" in names:
        names["f"].close()
    return found


def fresh(root: str) -> str:
    """An empty folder of that name."""
    shutil.rmtree(root, ignore_errors=True)
    os.makedirs(root)
    return root


class _open:
    """The builtin, whose `read` closes."""

    def __init__(self, name: str, encoding: str = "utf-8") -> None:
        self.name, self.encoding = name, encoding

    def read(self) -> str:
        """The whole file."""
        return pathlib.Path(self.name).read_text(self.encoding)


def _walked(steps: Any) -> list[Any]:
    return [(top, sorted(directories), sorted(files)) for top, directories, files in steps]
